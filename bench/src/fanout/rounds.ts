/**
 * One timed row: messages to all sessions, the next when everybody has everything, so that no queue grows and the server
 * does nothing but what is measured. What a server used of the CPU is divided by what its clients received.
 */
import { readFileSync } from 'node:fs';
import { cpuSecondsOf } from '../cpu-seconds.js';
import type { Contender } from './contender.js';
import { message } from './message.js';

export interface Mode {
  readonly name: string;
  /** Messages at once. */
  readonly burst: number;
  /** Published on time whatever the server does; undefined: when everybody has the ones before. */
  readonly perSecond?: number;
}

export const [ONE, BURSTS, STEADY] = [
  { name: 'one at a time', burst: 1 },
  { name: 'bursts of 16', burst: 16 },
  { name: '50 a second', burst: 1, perSecond: 50 },
] as const satisfies readonly Mode[];
export const MODES: readonly Mode[] = [ONE, BURSTS, STEADY];

export interface Figures {
  /** Why the round does not count; '' where it does. */
  readonly void: string;
  readonly deliveries: number;
  readonly wallSeconds: number;
  readonly cpuSeconds: number;
  readonly loadCpuSeconds: number;
  readonly perCpuSecond: number;
  readonly rssMiB: number;
  readonly frameBytes: number;
  readonly acks: number;
  readonly p50: number;
  readonly p99: number;
  readonly p999: number;
}

/** Everybody should have a message within that. */
const DEADLINE_MS = 20_000;
/** Nothing comes any more where nothing came for that long. */
const QUIET_MS = 3000;
/** A warm-up ends then, however little was done. */
const WARM_UP_MS = 10_000;
const STRETCH_SECONDS = 0.1;
const KIB_PER_MIB = 1024;

/** A contender, and how many messages it was given. */
export class Course {
  private published = 0;
  /** Deliveries that will not come any more. */
  private lost = 0;

  constructor(
    readonly contender: Contender,
    private readonly sessions: number,
  ) {}

  /**
   * Not counted: until what runs often is compiled and sockets have their windows, which is a matter of what the server
   * has done, not of time.
   */
  async warmUp(mode: Mode, cpuSeconds: number): Promise<void> {
    const { pid } = this.contender;
    const [enough, end] = [cpuSecondsOf(pid) + cpuSeconds, performance.now() + WARM_UP_MS];
    while (cpuSecondsOf(pid) < enough && performance.now() < end) await this.drive(mode, STRETCH_SECONDS);
  }

  async timed(mode: Mode, seconds: number): Promise<Figures> {
    const { load, pid } = this.contender;
    load.begin(pid);
    const before = { published: this.published, at: performance.now() };
    const problem = await this.drive(mode, seconds);
    const wallSeconds = (performance.now() - before.at) / 1000;
    const got = await load.figures();
    const expected = this.published - before.published;
    if (problem) await this.settle();
    const { received: deliveries, serverCpuSeconds: cpuSeconds, frameBytes, acks, p50, p99, p999 } = got;
    return {
      void: voidReason(got, expected) || problem,
      ...{ deliveries, wallSeconds, cpuSeconds, loadCpuSeconds: got.cpuSeconds },
      ...{ perCpuSecond: deliveries / cpuSeconds, rssMiB: rssMiB(pid), frameBytes, acks, p50, p99, p999 },
    };
  }

  /** After a row that is void: what is late comes yet, and what is lost is not waited for again. */
  private async settle(): Promise<void> {
    const { load } = this.contender;
    const due = this.published * this.sessions;
    let { total } = await load.figures();
    for (let before = -1; total > before && total < due; { total } = await load.figures()) {
      before = total;
      await new Promise((resolve) => setTimeout(resolve, QUIET_MS));
    }
    this.lost = due - total;
  }

  /** @returns what went wrong, or '' */
  private async drive({ burst, perSecond }: Mode, seconds: number): Promise<string> {
    const start = performance.now();
    const end = start + seconds * 1000;
    try {
      for (let turn = 0; performance.now() < end; turn += 1) {
        if (perSecond === undefined) await this.round(burst);
        else await this.onTime(burst, start + (turn * 1000 * burst) / perSecond);
      }
      await this.arrived();
      return '';
    } catch (error) {
      return String(error);
    }
  }

  private async round(burst: number): Promise<void> {
    const publishing = this.publish(burst);
    await this.arrived();
    await publishing;
  }

  private async onTime(burst: number, at: number): Promise<void> {
    const waitMs = at - performance.now();
    if (waitMs > 0) await new Promise((resolve) => setTimeout(resolve, waitMs));
    await this.publish(burst);
  }

  private publish(burst: number): Promise<unknown> {
    const messages = Array.from({ length: burst }, (_, index) => message(this.published + index + 1));
    this.published += burst;
    return this.contender.publish(messages);
  }

  private arrived(): Promise<void> {
    return this.contender.load.until(this.published * this.sessions - this.lost, DEADLINE_MS);
  }
}

function voidReason(
  got: { least: number; most: number; holes: number; repeats: number; ended: number },
  expected: number,
): string {
  if (got.ended > 0) return `${got.ended} connections ended`;
  if (got.holes > 0 || got.repeats > 0) return `${got.holes} holes and ${got.repeats} repetitions`;
  if (got.least === expected && got.most === expected) return '';
  return `a session got ${got.least === expected ? got.most : got.least} of ${expected} messages`;
}

function rssMiB(pid: number): number {
  const kib = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
  return Number(kib ?? NaN) / KIB_PER_MIB;
}
