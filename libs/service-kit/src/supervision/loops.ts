/**
 * The loops of a service: each has a name, its failures are logged and counted, and all of them end before anything
 * that they use is closed.
 */
import { TimeoutError, UnavailableError } from '@fanfare/redis-scripts';
import { Injectable, Logger, type OnModuleDestroy } from '@nestjs/common';
import { Metrics } from '../metrics/metrics.js';
import { type Loop, runEvery } from './run-every.js';

@Injectable()
export class Loops implements OnModuleDestroy {
  private readonly logger = new Logger('Loops');
  private readonly running: Loop[] = [];
  private readonly failures;

  constructor(metrics: Metrics) {
    this.failures = metrics.counter('fanfare_loop_failures_total', 'Runs of a loop that failed', ['loop']);
  }

  /** As `runEvery`. */
  every(ms: number, name: string, task: (signal: AbortSignal) => Promise<unknown>): Loop {
    const loop = runEvery(ms, task, (error) => {
      this.failures.inc({ loop: name });
      const msg = `${name} failed and will be tried again`;
      // A Redis that is away explains itself; of anything else one wants to see the stack.
      if (error instanceof UnavailableError || error instanceof TimeoutError)
        this.logger.warn(`${msg}: ${error.message}`);
      else this.logger.error({ msg, err: error });
    });
    this.running.push(loop);
    return loop;
  }

  async onModuleDestroy(): Promise<void> {
    await Promise.all(this.running.map((loop) => loop.stop()));
  }
}
