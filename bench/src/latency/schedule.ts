/**
 * Publishing by a schedule that is fixed beforehand, whatever the messages before took: what is published late counts from when
 * it was due, so that a server that stands still for a moment is charged for everybody who waited.
 */
import { Worker } from 'node:worker_threads';
import { message } from '../fanout/message.js';
import type { ClockOrder } from './clock.js';
import { percentile } from '../list/urgent.js';

export interface Schedule {
  readonly perSecond: number;
  readonly seconds: number;
  /** Each gets as many messages as the others. */
  readonly users: number;
}

export interface Kept {
  readonly messages: number;
  /** How late they were handed over, and then how long until they were accepted, ms. */
  readonly late: Percentiles;
  readonly accepted: Percentiles;
  readonly cpuSeconds: number;
}

export interface Percentiles {
  readonly p50: number;
  readonly p99: number;
}

export interface ToScheduled {
  readonly schedule: Schedule;
}
export interface FromScheduled {
  readonly kept: Kept;
}

/** All of one length, so that the load finds what it looks for in the same place of each message. */
const USER_DIGITS = 5;
export const userName = (index: number): string => `user-${String(index).padStart(USER_DIGITS, '0')}`;

/** Resolves when the message is accepted. */
export type PublishTo = (user: string, value: unknown) => Promise<unknown>;

const EVERY_MS = 1;
const START_AFTER_MS = 20;
const now = (): number => Number(process.hrtime.bigint() / 1000n) / 1000;

export class Timetable {
  /** Messages so far, for each user: their numbers go on from one schedule to the next. */
  private readonly sequences: number[];

  constructor(private readonly users: readonly string[]) {
    this.sequences = users.map(() => 0);
  }

  async keep({ perSecond, seconds }: Schedule, publish: PublishTo): Promise<Kept> {
    const perTick = (perSecond * EVERY_MS) / 1000;
    const [start, ticks] = [now() + START_AFTER_MS, (seconds * 1000) / EVERY_MS];
    const [late, accepted] = [new Array<number>(), new Array<number>()];
    let [messages, pending] = [0, 0];
    let allAccepted = (): void => undefined;
    const cpu = process.cpuUsage();
    const onTick = (tick: number): void => {
      const due = start + tick * EVERY_MS;
      const handedAt = now();
      for (let index = 0; index < perTick; index += 1) {
        const turn = tick * perTick + index;
        late.push(handedAt - due);
        messages += 1;
        pending += 1;
        void this.send(publish, turn % this.users.length, due).then(() => {
          accepted.push(now() - handedAt);
          pending -= 1;
          if (pending === 0) allAccepted();
        });
      }
    };
    await this.eachTick({ start, everyMs: EVERY_MS, ticks }, onTick);
    // Counted, not kept: thousands of promises that live would be what its garbage collector is busy with.
    if (pending > 0) await new Promise<void>((resolve) => (allAccepted = resolve));
    const { user, system } = process.cpuUsage(cpu);
    return {
      messages,
      late: percentiles(late),
      accepted: percentiles(accepted),
      cpuSeconds: (user + system) / 1e6,
    };
  }

  private send(publish: PublishTo, index: number, dueMs: number): Promise<unknown> {
    const sequence = (this.sequences[index] ?? 0) + 1;
    this.sequences[index] = sequence;
    return publish(this.users[index] ?? '', message(sequence, Math.round(dueMs * 1000)).value);
  }

  private eachTick(order: ClockOrder, onTick: (tick: number) => void): Promise<void> {
    return new Promise((resolve, reject) => {
      const clock = new Worker(new URL('./clock.js', import.meta.url), { workerData: order });
      clock.on('message', (tick: number) => {
        onTick(tick);
        if (tick === order.ticks - 1) resolve();
      });
      clock.once('error', reject);
    });
  }
}

const percentiles = (values: readonly number[]): Percentiles => ({
  p50: percentile(values, 0.5),
  p99: percentile(values, 0.99),
});
