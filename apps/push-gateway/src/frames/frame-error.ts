/** What a client did wrong, or what could not be done for it: becomes an `error` frame with a stable code. */
import { Problem } from '@fanfare/contracts';
import { RedisScriptError } from '@fanfare/redis-scripts';

export class FrameError extends Error {
  constructor(
    readonly code: string,
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
    this.name = 'FrameError';
  }
}

/** The `error` frame's data for whatever a handler threw; what is not for clients stays here. */
export function errorData(error: unknown): { code: string; message: string } {
  if (error instanceof FrameError || error instanceof Problem) return { code: error.code, message: error.message };
  if (error instanceof RedisScriptError && error.code !== 'script') {
    return { code: error.code, message: 'cannot be done now; try again' };
  }
  return { code: 'internal', message: 'something went wrong here' };
}
