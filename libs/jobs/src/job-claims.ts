/**
 * The steps of a job's life on the side of the worker, one script call each. A worker that dies between any two of them
 * leaves the job claimed; the claim runs out, another worker claims it, and what the first still does is refused.
 */
import type { Priority } from '@fanfare/contracts';
import {
  jobBegin,
  jobCheckpoint,
  jobChunks,
  jobClaim,
  jobExtend,
  jobFail,
  jobSettle,
  jobYield,
  type Keyspace,
  type ScriptRunner,
} from '@fanfare/redis-scripts';
import { type Chunk, chunkText, parseChunk } from './chunks.js';
import { JOB_KEPT_MS } from './job-catalog.js';
import { decodeMeta, type JobMeta } from './job-meta.js';

export interface JobClaimsOptions {
  /** Time after which a job whose claim nobody renewed is taken over. */
  readonly claimMs: number;
  /** Pause after the first failed attempt; doubled after each. Default 1,000. */
  readonly backoffMs?: number;
  /** Failed attempts after which a job is put into the dead letters. Default 5. */
  readonly maxAttempts?: number;
}

/** A job's entry in its lane, claimed. */
export interface Claim {
  readonly id: string;
  readonly lane: Priority;
  readonly entry: string;
  /** Another worker had begun it and was not heard of any more. */
  readonly isTakenOver: boolean;
}

/** What is needed to go on where the last worker stopped. */
export interface ClaimedJob extends Claim {
  /** Any earlier claim has a lower number, and is worth nothing any more. */
  readonly claim: number;
  readonly attempts: number;
  readonly kind: string;
  readonly total: number;
  readonly meta: JobMeta;
  /** The message as JSON. */
  readonly message: Buffer;
  readonly chunks: number;
  /** All chunks before this one are done. */
  readonly next: number;
  /** Chunks after it that are done too. */
  readonly ahead: ReadonlySet<number>;
  /** Users whose entry is written. */
  readonly done: number;
  /** Of a filtered audience: users looked at so far, and where the walk goes on. */
  readonly walked: number;
  readonly cursor: string;
}

/** What a walk found, and where it goes on. */
export interface Extension {
  /** How many chunks the job had. */
  readonly first: number;
  readonly chunks: readonly Chunk[];
  /** Users found so far, these included. */
  readonly total: number;
  readonly walked: number;
  readonly cursor: string;
}

export interface Progress {
  readonly next: number;
  readonly ahead: Iterable<number>;
  readonly done: number;
}

/** Another worker has taken the job over. */
export class LostClaimError extends Error {
  override readonly name = 'LostClaimError';

  constructor(job: string) {
    super(`job ${job} was taken over by another worker`);
  }
}

export const MAX_ATTEMPTS = 5;
const BACKOFF_MS = 1000;
const CHUNKS_KEPT_MS = 3600 * 1000;
const DEAD_KEPT_MS = 7 * 24 * 3600 * 1000;
const ERROR_CHARS = 500;

export class JobClaims {
  constructor(
    private readonly scripts: ScriptRunner,
    private readonly keys: Keyspace,
    private readonly options: JobClaimsOptions,
  ) {}

  get maxAttempts(): number {
    return this.options.maxAttempts ?? MAX_ATTEMPTS;
  }

  /** From the first of the lanes that has a job to claim; what was left behind comes before what is new. */
  async claim(lanes: readonly Priority[]): Promise<Claim | undefined> {
    const reply = await jobClaim(
      this.scripts,
      { part: this.keys.jobs.part },
      { idleMs: this.options.claimMs },
      lanes.map((lane) => ({ lane: this.keys.lane(lane) })),
    );
    if (reply.status === 'EMPTY') return undefined;
    return { id: reply.job, entry: reply.entry, lane: lanes[reply.lane] ?? 'normal', isTakenOver: reply.left === 1 };
  }

  /** undefined where the job is not there any more */
  async begin(claim: Claim): Promise<ClaimedJob | undefined> {
    const reply = await jobBegin(this.scripts, this.keysOf(claim), { entry: claim.entry });
    if (reply.status === 'GONE') return undefined;
    const { status: _, ahead, meta, ...rest } = reply;
    return { ...claim, ...rest, meta: decodeMeta(meta), ahead: new Set(ahead.split(',').filter(Boolean).map(Number)) };
  }

  /** @throws Error where one of them is not there: no attempt can succeed */
  async chunks({ id }: Claim, indexes: readonly number[]): Promise<Chunk[]> {
    if (indexes.length === 0) return [];
    const items = indexes.map((index) => ({ index }));
    const { texts } = await jobChunks(this.scripts, { chunks: this.keys.jobChunks(id) }, items);
    return texts.map((text) => parseChunk(text.toString()));
  }

  /** @returns whether urgent messages flow, so that this job should make room. @throws LostClaimError */
  async checkpoint(job: ClaimedJob, { next, ahead, done }: Progress): Promise<boolean> {
    const reply = await jobCheckpoint(
      this.scripts,
      { ...this.keysOf(job), urgentLane: this.keys.lane('urgent'), urgent: this.keys.jobs.urgent },
      { claim: job.claim, entry: job.entry, next, ahead: [...ahead].join(','), done },
    );
    if (reply.status === 'LOST') throw new LostClaimError(job.id);
    return reply.urgent === 1 && job.lane !== 'urgent';
  }

  /** From then on whoever carries the job out sends to these users, and walks on behind them. @throws LostClaimError */
  async extend(job: ClaimedJob, { first, chunks, total, walked, cursor }: Extension): Promise<void> {
    const reply = await jobExtend(
      this.scripts,
      { ...this.keysOf(job), chunks: this.keys.jobChunks(job.id) },
      { claim: job.claim, entry: job.entry, first, total, walked, cursor },
      chunks.map((chunk) => ({ text: chunkText(chunk) })),
    );
    if (reply.status === 'LOST') throw new LostClaimError(job.id);
  }

  /** @throws LostClaimError */
  async settle(job: ClaimedJob): Promise<void> {
    const reply = await jobSettle(
      this.scripts,
      { ...this.keysOf(job), chunks: this.keys.jobChunks(job.id) },
      { claim: job.claim, entry: job.entry, keepMs: JOB_KEPT_MS, chunkMs: CHUNKS_KEPT_MS },
    );
    if (reply.status === 'LOST') throw new LostClaimError(job.id);
  }

  /** Tried again later, or put into the dead letters. @throws LostClaimError */
  async fail(job: ClaimedJob, ahead: Iterable<number>, error: unknown): Promise<'retry' | 'dead'> {
    const { schedule, dead } = this.keys.jobs;
    const reply = await jobFail(
      this.scripts,
      { ...this.keysOf(job), schedule, dead, chunks: this.keys.jobChunks(job.id) },
      {
        ...{ claim: job.claim, entry: job.entry, id: job.id, ahead: [...ahead].join(','), error: errorText(error) },
        ...{ maxAttempts: this.maxAttempts, backoffMs: this.options.backoffMs ?? BACKOFF_MS, keepMs: DEAD_KEPT_MS },
      },
    );
    if (reply.status === 'LOST') throw new LostClaimError(job.id);
    return reply.status === 'RETRY' ? 'retry' : 'dead';
  }

  /** Gives the job back at once, as a worker does that stops. */
  async yield(job: ClaimedJob): Promise<void> {
    await jobYield(this.scripts, this.keysOf(job), { claim: job.claim, entry: job.entry });
  }

  private keysOf({ id, lane }: Claim): { job: string; lane: string } {
    return { job: this.keys.job(id), lane: this.keys.lane(lane) };
  }
}

/** As it is stored and told. */
export function errorText(error: unknown): string {
  return (error instanceof Error ? error.message : String(error)).slice(0, ERROR_CHARS);
}
