/**
 * Where jobs are made. When `add` resolves, Redis holds all of the job: its chunks were stored first, in bounded calls,
 * and a job that was never enqueued is nothing but keys that expire.
 */
import { type Priority, Problem } from '@fanfare/contracts';
import { jobAdmit, jobEnqueue, jobStore, type Keyspace, type ScriptRunner } from '@fanfare/redis-scripts';
import { type Chunk, chunkText } from './chunks.js';

export interface JobQueueOptions {
  /** Jobs that one lane may hold. */
  readonly laneDepth: number;
}

/** Under which earlier request this one may be known, and how long its answer is remembered. */
export interface JobIdentity {
  readonly to: string;
  readonly key: string | undefined;
  readonly fingerprint: string;
  readonly idemMs: number;
}

export interface NewJob {
  readonly id: string;
  readonly lane: Priority;
  readonly kind: 'list' | 'publish';
  /** ms, 0 for now */
  readonly due: number;
  readonly total: number;
  readonly chunks: readonly Chunk[];
  readonly meta: string;
  /** The message as JSON. */
  readonly message: string;
}

/** The job that the request made, or an earlier one like it. */
export interface QueuedJob {
  readonly id: string;
  readonly due: number;
}

/** Chunks that no job was made of: longer than any call may take, by far. */
const UNCLAIMED_MS = 3600 * 1000;
const BYTES_PER_CALL = 200 * 1024;
const RETRY_AFTER_SECONDS = 5;

export class JobQueue {
  constructor(
    private readonly scripts: ScriptRunner,
    private readonly keys: Keyspace,
    private readonly options: JobQueueOptions,
  ) {}

  /**
   * The job of an earlier request with the same key, where there is one. Nothing is stored yet.
   *
   * @param isDueNow whether the job would go into its lane at once
   * @throws Problem lane_full, idempotency_mismatch
   */
  async admit(lane: Priority, isDueNow: boolean, identity: JobIdentity): Promise<QueuedJob | undefined> {
    const reply = await jobAdmit(
      this.scripts,
      { lane: this.keys.lane(lane), idem: this.idempotencyOf(identity) },
      { depth: isDueNow ? this.options.laneDepth : 0, fingerprint: identity.fingerprint },
    );
    if (reply.status === 'FULL') throw laneFull(lane);
    if (reply.status === 'MISMATCH') throw mismatch();
    return reply.status === 'DUPLICATE' ? reply : undefined;
  }

  /**
   * @throws Problem lane_full, idempotency_mismatch
   * @throws UnavailableError, TimeoutError: the job may be there
   */
  async add(job: NewJob, identity: JobIdentity): Promise<QueuedJob> {
    await this.store(job);
    const { jobs } = this.keys;
    const { part, links, index, schedule } = jobs;
    const reply = await jobEnqueue(
      this.scripts,
      {
        ...{ part, links, index, schedule, lane: this.keys.lane(job.lane), job: this.keys.job(job.id) },
        ...{ chunks: this.keys.jobChunks(job.id), idem: this.idempotencyOf(identity) },
      },
      {
        ...{ id: job.id, lane: job.lane, kind: job.kind, due: job.due, depth: this.options.laneDepth },
        ...{ total: job.total, chunkCount: job.chunks.length, meta: job.meta, message: job.message },
        ...{ fingerprint: identity.fingerprint, idemMs: identity.idemMs },
      },
    );
    if (reply.status === 'FULL') throw laneFull(job.lane);
    if (reply.status === 'MISMATCH') throw mismatch();
    if (reply.status === 'UNSTORED') throw new Problem('unavailable', 'storing the list took too long; try again');
    return reply.status === 'DUPLICATE' ? reply : { id: job.id, due: job.due };
  }

  /** A call a turn: writing out 100,000 names at once would keep everything else here waiting. */
  private async store({ id, chunks }: NewJob): Promise<void> {
    const calls: Promise<unknown>[] = [];
    for (const items of portionsOf(chunks)) {
      const call = jobStore(this.scripts, { chunks: this.keys.jobChunks(id) }, { ttl: UNCLAIMED_MS }, items);
      call.catch(() => undefined); // told below
      calls.push(call);
      await new Promise(setImmediate);
    }
    await Promise.all(calls);
  }

  private idempotencyOf({ to, key }: JobIdentity): string {
    return this.keys.jobIdempotency(to, key ?? '');
  }
}

/** What one call each may store. */
function* portionsOf(chunks: readonly Chunk[]): Generator<{ index: number; text: string }[]> {
  let items: { index: number; text: string }[] = [];
  let bytes = 0;
  for (const [index, chunk] of chunks.entries()) {
    const text = chunkText(chunk);
    items.push({ index, text });
    bytes += Buffer.byteLength(text);
    if (bytes < BYTES_PER_CALL) continue;
    yield items;
    items = [];
    bytes = 0;
  }
  if (items.length > 0) yield items;
}

function laneFull(lane: Priority): Problem {
  return new Problem('lane_full', `the lane ${lane} holds as many jobs as it may; try again later`, {
    retryAfter: RETRY_AFTER_SECONDS,
  });
}

function mismatch(): Problem {
  return new Problem('idempotency_mismatch', 'the idempotency key was used with another request');
}
