/**
 * The loops of a service: each has a name, its failures are logged and counted, and all of them end before anything
 * that they use is closed.
 */
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
      this.logger.warn({ msg: `${name} failed and will be tried again`, err: error });
    });
    this.running.push(loop);
    return loop;
  }

  async onModuleDestroy(): Promise<void> {
    await Promise.all(this.running.map((loop) => loop.stop()));
  }
}
