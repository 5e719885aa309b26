/**
 * Carries a claimed job out, from where it was left to its end, and says how that went.
 *
 * A few chunks of a list are on their way to Redis at any time: enough to keep it busy, so few that an urgent message
 * waits for a few milliseconds at most, and one while urgent messages flow. Progress is noted every few chunks while the
 * others run. What ran without a checkpoint runs again, and changes nothing (ListAppender).
 *
 * A filtered audience is a list whose chunks are still to be found: each step of the walk adds some to the job, together
 * with its cursor, and they are appended before the next is added.
 */
import type { Keyspace } from '@fanfare/redis-scripts';
import { type ListAppender, type Publisher, usersPerChunk } from '@fanfare/timelines';
import { isFiltered } from '@fanfare/contracts';
import { type AudienceWalk, WALK_END, WALK_START } from './audience-walk.js';
import { ChunkSource, type Numbered } from './chunk-source.js';
import { cutIntoChunks } from './chunks.js';
import { type Claim, type ClaimedJob, type JobClaims, LostClaimError, MAX_ATTEMPTS } from './job-claims.js';
import { ListProgress, ProgressNotes } from './list-progress.js';

/** gone: there was nothing to do. lost: another worker has it. yielded: given back, as this worker stops. */
export type JobOutcome = 'done' | 'retry' | 'dead' | 'gone' | 'lost' | 'yielded';

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
   * @param signal when it is aborted, the chunks under way are finished and the job given back
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
    const notes = new ProgressNotes(() => this.claims.checkpoint(job, progress.now()));
    const underWay = new Set<Promise<void>>();
    const failures: unknown[] = [];
    while (!signal?.aborted && failures.length === 0 && !notes.failed) {
      const chunk = await source.next();
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
    if (!to || isFiltered(to)) throw new Error('the job names no audience of a single timeline');
    await this.publisher.deliver({ ...messageOf(job), to });
  }

  private async append(job: ClaimedJob, { index, partition, users }: Numbered, progress: ListProgress): Promise<void> {
    await this.appender.append({ job: job.id, index, partition, users }, messageOf(job));
    progress.finish(index, users.length);
  }
}

function messageOf({ id, message, meta: { priority, expiresAt, from, isEphemeral } }: ClaimedJob) {
  return { id, priority, expiresAt, from, isEphemeral, json: message };
}
