/**
 * Carries a claimed job out, from where it was left to its end, and says how that went.
 *
 * A few chunks of a list are on their way to Redis at any time: enough to keep it busy, so few that an urgent message
 * waits for a few milliseconds at most, and one while urgent messages flow. Progress is noted every few chunks while the
 * others run. What ran without a checkpoint runs again, and changes nothing (ListAppender).
 */
import type { ListAppender, Publisher } from '@fanfare/timelines';
import type { Chunk } from './chunks.js';
import { type Claim, type ClaimedJob, type JobClaims, LostClaimError, MAX_ATTEMPTS } from './job-claims.js';

/** gone: there was nothing to do. lost: another worker has it. yielded: given back, as this worker stops. */
export type JobOutcome = 'done' | 'retry' | 'dead' | 'gone' | 'lost' | 'yielded';

/** Bounds what of a job is in memory, and the work of reading it. */
const CHUNKS_PER_READ = 16;
const CHUNKS_UNDER_WAY = 8;
const CHUNKS_PER_NOTE = 8;

interface Numbered extends Chunk {
  readonly index: number;
}

export class JobRunner {
  constructor(
    private readonly claims: JobClaims,
    private readonly appender: Pick<ListAppender, 'append'>,
    private readonly publisher: Pick<Publisher, 'deliver'>,
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
      else await this.deliver(job);
      if (progress.next < job.chunks) {
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

  private async list(job: ClaimedJob, progress: ListProgress, signal: AbortSignal | undefined): Promise<void> {
    const source = new ChunkSource(this.claims, job);
    const notes = new ProgressNotes(() => this.claims.checkpoint(job, progress.now()));
    const underWay = new Set<Promise<void>>();
    const failures: unknown[] = [];
    while (!signal?.aborted && failures.length === 0 && !notes.failed) {
      const [chunk] = await source.take(1);
      if (!chunk) break;
      const work = this.append(job, chunk, progress)
        .then(() => notes.finished())
        .catch((error: unknown) => void failures.push(error))
        .finally(() => underWay.delete(work));
      underWay.add(work);
      while (underWay.size >= notes.width) await Promise.race(underWay);
    }
    await Promise.all(underWay);
    if (failures.length > 0) throw failures[0];
    await notes.end();
  }

  private async deliver(job: ClaimedJob): Promise<void> {
    const { to } = job.meta;
    if (!to) throw new Error('the job names no audience');
    await this.publisher.deliver({ ...messageOf(job), to });
  }

  private async append(job: ClaimedJob, { index, partition, users }: Numbered, progress: ListProgress): Promise<void> {
    await this.appender.append({ job: job.id, index, partition, users }, messageOf(job));
    progress.finish(index, users.length);
  }
}

/** Notes progress every few chunks while others run, and learns how many of them may be on their way together. */
class ProgressNotes {
  width = CHUNKS_UNDER_WAY;
  failed = false;
  private unnoted = 0;
  private noting: Promise<void> | undefined;

  /** @param note answers whether to make room */
  constructor(private readonly note: () => Promise<boolean>) {}

  finished(): void {
    this.unnoted += 1;
    if (this.unnoted < CHUNKS_PER_NOTE || this.noting || this.failed) return;
    this.unnoted = 0;
    this.noting = this.run();
    this.noting.then(
      () => (this.noting = undefined),
      () => (this.failed = true), // thrown by end()
    );
  }

  /** @throws what noting threw */
  async end(): Promise<void> {
    await this.noting;
    if (this.unnoted > 0) await this.run();
  }

  private async run(): Promise<void> {
    this.width = (await this.note()) ? 1 : CHUNKS_UNDER_WAY;
  }
}

/** What of a list is done: everything before `next`, and single chunks after it. */
class ListProgress {
  next: number;
  done: number;
  readonly ahead: Set<number>;
  private readonly chunks: number;

  constructor(job: ClaimedJob) {
    this.next = job.next;
    this.done = job.done;
    this.ahead = new Set(job.ahead);
    this.chunks = job.chunks;
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
  ) {
    const { next, chunks, ahead } = job;
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
