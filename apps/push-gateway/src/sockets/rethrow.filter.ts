/** Lets errors of handlers pass to FrameRouter, which answers them with an `error` frame that carries the `ref`. */
import { Catch, type ExceptionFilter } from '@nestjs/common';

@Catch()
export class RethrowFilter implements ExceptionFilter {
  catch(error: unknown): never {
    throw error;
  }
}
