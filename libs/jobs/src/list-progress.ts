/** How far a list has come: what of it is done, and when that is noted where other workers find it. */
import { type Step, WALK_END } from './audience-walk.js';
import type { Chunk } from './chunks.js';
import type { ClaimedJob, Extension } from './job-claims.js';

/** Chunks that may be on their way to Redis together, and after how many progress is noted. */
const CHUNKS_UNDER_WAY = 8;
const CHUNKS_PER_NOTE = 8;

/** What of a list is there and done: everything before `next`, and single chunks after it. */
export class ListProgress {
  next: number;
  done: number;
  readonly ahead: Set<number>;
  chunks: number;
  total: number;
  private walked: number;
  cursor: string;

  constructor(job: ClaimedJob) {
    this.next = job.next;
    this.done = job.done;
    this.ahead = new Set(job.ahead);
    this.chunks = job.chunks;
    this.total = job.total;
    this.walked = job.walked;
    this.cursor = job.kind === 'filter' ? job.cursor : WALK_END;
  }

  get isOver(): boolean {
    return this.cursor === WALK_END && this.next >= this.chunks;
  }

  extend({ walked, fitting, cursor }: Step, chunks: readonly Chunk[]): Extension {
    const first = this.chunks;
    this.chunks += chunks.length;
    this.total += fitting.length;
    this.walked += walked;
    this.cursor = cursor;
    return { first, chunks, total: this.total, walked: this.walked, cursor };
  }

  finish(index: number, users: number): void {
    this.done += users;
    this.ahead.add(index);
    while (this.next < this.chunks && this.ahead.delete(this.next)) this.next += 1;
  }

  now(): { next: number; done: number; ahead: readonly number[] } {
    return { next: this.next, done: this.done, ahead: [...this.ahead] };
  }
}

/** Notes progress every few chunks while others run, and learns how many of them may be on their way together. */
export class ProgressNotes {
  width = CHUNKS_UNDER_WAY;
  failed = false;
  private unnoted = 0;
  private noting: Promise<void> | undefined;

  /** @param note answers whether to make room */
  constructor(private readonly note: () => Promise<boolean>) {}

  finished(): void {
    this.unnoted += 1;
    if (this.unnoted < CHUNKS_PER_NOTE || this.noting || this.failed) return;
    this.noting = this.run();
    this.noting.then(
      () => (this.noting = undefined),
      () => (this.failed = true), // thrown by end()
    );
  }

  /** What is not noted yet is. @throws what noting threw */
  async end(): Promise<void> {
    await this.noting;
    if (this.unnoted > 0) await this.run();
  }

  private async run(): Promise<void> {
    this.unnoted = 0;
    this.width = (await this.note()) ? 1 : CHUNKS_UNDER_WAY;
  }
}
