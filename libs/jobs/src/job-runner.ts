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
import { type Claim, type ClaimedJob, errorText, type JobClaims, LostClaimError } from './job-claims.js';
import { ListProgress, ProgressNotes } from './list-progress.js';
import { type JobReport, ProgressReports } from './progress-reports.js';

/** gone: there was nothing to do. lost: another worker has it. yielded: given back, as this worker stops. */
export type JobOutcome = 'done' | 'retry' | 'dead' | 'gone' | 'lost' | 'yielded';

/** What a runner works with. */
export interface JobRunnerParts {
  readonly claims: JobClaims;
  readonly appender: Pick<ListAppender, 'append'>;
  readonly publisher: Pick<Publisher, 'deliver'>;
  readonly walk: Pick<AudienceWalk, 'check' | 'step'>;
  readonly keys: Keyspace;
}

export interface JobRunnerListeners {
  readonly onError?: (job: string, error: unknown) => void;
  /** Told how jobs come on and how they end, after that is stored. */
  readonly onReport?: (report: JobReport) => void;
}

/** One job being carried out. */
interface Run {
  readonly job: ClaimedJob;
  readonly progress: ListProgress;
  readonly notes: ProgressNotes;
  readonly reports: ProgressReports;
  /** When it is aborted the job is given back. */
  readonly signal: AbortSignal | undefined;
}

export class JobRunner {
  constructor(
    private readonly parts: JobRunnerParts,
    private readonly listeners: JobRunnerListeners = {},
  ) {}

  /**
   * @param signal when it is aborted, the chunks under way are finished and the job given back
   * @throws UnavailableError, TimeoutError where not even the failure could be noted: the claim runs out by itself
   */
  async run(claim: Claim, signal?: AbortSignal): Promise<JobOutcome> {
    const { claims } = this.parts;
    const job = await claims.begin(claim);
    if (!job) return 'gone';
    const progress = new ListProgress(job);
    const reports = new ProgressReports(job.id, progress, this.listeners.onReport);
    const notes = new ProgressNotes(() => this.note(job, progress, reports));
    const run = { job, progress, notes, reports, signal };
    try {
      await this.carryOut(run);
      if (!progress.isOver) {
        await claims.yield(job);
        return 'yielded';
      }
      await claims.settle(job);
      reports.done();
      return 'done';
    } catch (error) {
      if (error instanceof LostClaimError) return 'lost';
      this.listeners.onError?.(job.id, error);
      return this.fail(run, error);
    }
  }

  private async carryOut(run: Run): Promise<void> {
    const { attempts, kind } = run.job;
    if (attempts > this.parts.claims.maxAttempts) throw new Error('workers that had the job ended before it was done');
    if (kind === 'list') await this.list(run);
    else if (kind === 'filter') await this.filter(run);
    else await this.deliver(run);
  }

  private async fail({ job, progress, reports }: Run, error: unknown): Promise<JobOutcome> {
    const { claims } = this.parts;
    try {
      await claims.checkpoint(job, progress);
      const outcome = await claims.fail(job, progress.ahead, error);
      if (outcome === 'dead') reports.failed(progress.done, errorText(error));
      return outcome;
    } catch (failure) {
      if (failure instanceof LostClaimError) return 'lost';
      throw failure;
    }
  }

  /** Chunks that an earlier worker added come first. The next step is read while those of the last are appended. */
  private async filter(run: Run): Promise<void> {
    const { job, progress, signal } = run;
    const { claims, keys, walk } = this.parts;
    const { to } = job.meta;
    if (!to || !isFiltered(to)) throw new Error('the job names no filtered audience');
    if (progress.cursor === WALK_START) await walk.check(to);
    const read = () => {
      const step = progress.cursor === WALK_END ? undefined : walk.step(to, progress.cursor);
      step?.catch(() => undefined); // awaited after the list
      return step;
    };
    let ahead = read();
    await this.list(run);
    while (ahead && !signal?.aborted) {
      const step = await ahead;
      const chunks = await cutIntoChunks(keys, step.fitting, usersPerChunk(job.message.length));
      await claims.extend(job, progress.extend(step, chunks));
      ahead = read();
      await this.list(run);
    }
  }

  private async list(run: Run): Promise<void> {
    const { job, progress, notes, signal } = run;
    const source = new ChunkSource(this.parts.claims, job, progress);
    const underWay = new Set<Promise<void>>();
    const failures: unknown[] = [];
    while (!signal?.aborted && failures.length === 0 && !notes.failed) {
      const chunk = await source.next();
      if (!chunk) break;
      const work = this.append(run, chunk)
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

  /** @returns whether to make room for urgent messages */
  private async note(job: ClaimedJob, progress: ListProgress, reports: ProgressReports): Promise<boolean> {
    const noted = progress.now();
    const urgentFlows = await this.parts.claims.checkpoint(job, noted);
    reports.running(noted.done);
    return urgentFlows;
  }

  private async deliver({ job }: Run): Promise<void> {
    const { to } = job.meta;
    if (!to || isFiltered(to)) throw new Error('the job names no audience of a single timeline');
    await this.parts.publisher.deliver({ ...messageOf(job), to });
  }

  private async append({ job, progress }: Run, { index, partition, users }: Numbered): Promise<void> {
    await this.parts.appender.append({ job: job.id, index, partition, users }, messageOf(job));
    progress.finish(index, users.length);
  }
}

function messageOf({ id, message, meta: { priority, expiresAt, from, isEphemeral } }: ClaimedJob) {
  return { id, priority, expiresAt, from, isEphemeral, json: message };
}
