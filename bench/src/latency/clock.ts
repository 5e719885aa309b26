/**
 * A thread that tells the time: a message at each tick, within some 0.1 ms. Node's own timers count in whole milliseconds and
 * may be one late, which would be the largest part of what is measured.
 */
import { parentPort, workerData } from 'node:worker_threads';

export interface ClockOrder {
  /** By the monotonic clock, ms. */
  readonly start: number;
  readonly everyMs: number;
  readonly ticks: number;
}

const { start, everyMs, ticks } = workerData as ClockOrder;
const sleeper = new Int32Array(new SharedArrayBuffer(4));
const now = (): number => Number(process.hrtime.bigint() / 1000n) / 1000;

for (let tick = 0; tick < ticks; tick += 1) {
  const waitMs = start + tick * everyMs - now();
  if (waitMs > 0) Atomics.wait(sleeper, 0, 0, waitMs);
  parentPort?.postMessage(tick);
}
