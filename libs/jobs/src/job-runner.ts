/**
 * Carries a claimed job out, from where it was left to its end, and says how that went.
 *
 * A list is appended in rounds of a few chunks, which are on their way to Redis together: enough to keep it busy, so few
 * that an urgent message waits for a few milliseconds at most, and one while urgent messages flow. Every round is
 * checkpointed while the next one runs. What ran without a checkpoint runs again, and changes nothing (ListAppender).
 *
 * A filtered audience is a list whose chunks are still to be found: each step of the walk adds some to the job, together
 * with its cursor, and they are appended before the next is added.
 */
import type { Keyspace } from '@fanfare/redis-scripts';
import { type ListAppender, type Publisher, usersPerChunk } from '@fanfare/timelines';
import { isFiltered } from '@fanfare/contracts';
import { type AudienceWalk, type Step, WALK_END, WALK_START } from './audience-walk.js';
import { type Chunk, cutIntoChunks } from './chunks.js';
import {
  type Claim,
  type ClaimedJob,
  type Extension,
  type JobClaims,
  LostClaimError,
  MAX_ATTEMPTS,
} from './job-claims.js';

/** gone: there was nothing to do. lost: another worker has it. yielded: given back, as this worker stops. */
export type JobOutcome = 'done' | 'retry' | 'dead' | 'gone' | 'lost' | 'yielded';

/** Bounds what of a job is in memory, and the work of reading it. */
const CHUNKS_PER_READ = 16;
const CHUNKS_PER_ROUND = 8;

interface Numbered extends Chunk {
  readonly index: number;
}

export class JobRunner {
  constructor(
    private readonly claims: JobClaims,
    private readonly appender: Pick<ListAppender, 'append'>,
    private readonly publisher: Pick<Publisher, 'deliver'>,
    private readonly walk: Pick<AudienceWalk, 'check' | 'step'>,
    private readonly keys: Keyspace,
    private readonly onError: (job: string, error: unknown) => void = () => undefined,
  ) {}

  /**
   * @param signal when it is aborted, the round under way is finished and the job given back
   * @throws UnavailableError, TimeoutError where not even the failure could be noted: the claim runs out by itself
   */
  async run(claim: Claim, signal?: AbortSignal): Promise<JobOutcome> {
    const job = await this.claims.begin(claim);
    if (!job) return 'gone';
    const progress = new ListProgress(job);
    try {
      if (job.attempts > MAX_ATTEMPTS) throw new Error('workers that had the job ended before it was done');
      if (job.kind === 'list') await this.list(job, progress, signal);
      else if (job.kind === 'filter') await this.filter(job, progress, signal);
      else await this.deliver(job);
      if (!progress.isOver) {
        await this.claims.yield(job);
        return 'yielded';
      }
      await this.claims.settle(job);
      return 'done';
    } catch (error) {
      if (error instanceof LostClaimError) return 'lost';
      this.onError(job.id, error);
      return this.fail(job, progress, error);
    }
  }

  private async fail(job: ClaimedJob, progress: ListProgress, error: unknown): Promise<JobOutcome> {
    try {
      await this.claims.checkpoint(job, progress);
      return await this.claims.fail(job, progress.ahead, error);
    } catch (failure) {
      if (failure instanceof LostClaimError) return 'lost';
      throw failure;
    }
  }

  /** Chunks that an earlier worker added come first. The next step is read while those of the last are appended. */
  private async filter(job: ClaimedJob, progress: ListProgress, signal: AbortSignal | undefined): Promise<void> {
    const { to } = job.meta;
    if (!to || !isFiltered(to)) throw new Error('the job names no filtered audience');
    if (progress.cursor === WALK_START) await this.walk.check(to);
    const read = () => {
      const step = progress.cursor === WALK_END ? undefined : this.walk.step(to, progress.cursor);
      step?.catch(() => undefined); // awaited after the list
      return step;
    };
    let ahead = read();
    await this.list(job, progress, signal);
    while (ahead && !signal?.aborted) {
      const step = await ahead;
      const chunks = await cutIntoChunks(this.keys, step.fitting, usersPerChunk(job.message.length));
      await this.claims.extend(job, progress.extend(step, chunks));
      ahead = read();
      await this.list(job, progress, signal);
    }
  }

  private async list(job: ClaimedJob, progress: ListProgress, signal: AbortSignal | undefined): Promise<void> {
    const source = new ChunkSource(this.claims, job, progress);
    let checkpoint: Promise<boolean> | undefined;
    while (!signal?.aborted) {
      const round = await source.take(progress.makesRoom ? 1 : CHUNKS_PER_ROUND);
      if (round.length === 0) break;
      const outcomes = await Promise.allSettled(round.map((chunk) => this.append(job, chunk, progress)));
      if (checkpoint) progress.makesRoom = await checkpoint;
      const failed = outcomes.find((outcome) => outcome.status === 'rejected');
      if (failed) throw failed.reason;
      checkpoint = this.claims.checkpoint(job, progress.now());
      // Awaited after the next round, or below.
      checkpoint.catch(() => undefined);
    }
    if (checkpoint) progress.makesRoom = await checkpoint;
  }

  private async deliver(job: ClaimedJob): Promise<void> {
    const { to } = job.meta;
    if (!to || isFiltered(to)) throw new Error('the job names no audience of a single timeline');
    await this.publisher.deliver({ ...messageOf(job), to });
  }

  private async append(job: ClaimedJob, { index, partition, users }: Numbered, progress: ListProgress): Promise<void> {
    await this.appender.append({ job: job.id, index, partition, users }, messageOf(job));
    progress.finish(index, users.length);
  }
}

/** What of a list is there and done: everything before `next`, and single chunks after it. */
class ListProgress {
  next: number;
  done: number;
  readonly ahead: Set<number>;
  chunks: number;
  private total: number;
  private walked: number;
  cursor: string;
  /** Urgent messages flowed at the last checkpoint. */
  makesRoom = false;

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

/** The chunks that are not done yet, in order, read some at a time and one read ahead. */
class ChunkSource {
  private readonly open: number[];
  private ready: Numbered[] = [];
  private reading: Promise<Numbered[]> | undefined;

  constructor(
    private readonly claims: JobClaims,
    private readonly job: ClaimedJob,
    { next, chunks, ahead }: ListProgress,
  ) {
    this.open = Array.from({ length: chunks - next }, (_, index) => next + index).filter((index) => !ahead.has(index));
  }

  async take(count: number): Promise<Numbered[]> {
    while (this.ready.length < count && (this.reading || this.open.length > 0)) {
      this.ready.push(...(await (this.reading ?? this.read())));
      this.reading = undefined;
    }
    if (!this.reading && this.open.length > 0 && this.ready.length < count + CHUNKS_PER_READ) {
      this.reading = this.read();
      this.reading.catch(() => undefined); // awaited by a later call
    }
    return this.ready.splice(0, count);
  }

  private async read(): Promise<Numbered[]> {
    const indexes = this.open.splice(0, CHUNKS_PER_READ);
    const chunks = await this.claims.chunks(this.job, indexes);
    return chunks.map((chunk, at) => ({ ...chunk, index: indexes[at] ?? 0 }));
  }
}

function messageOf({ id, message, meta: { priority, expiresAt, from, isEphemeral } }: ClaimedJob) {
  return { id, priority, expiresAt, from, isEphemeral, json: message };
}
