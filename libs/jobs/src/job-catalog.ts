/** Looking at jobs, and what operators may do with them: cancel what has not begun, retry what is in the dead letters. */
import {
  type DeadLetterPage,
  jobId,
  type JobPage,
  type JobsQuery,
  jobState,
  type JobView,
  limits,
  type PageQuery,
  type Priority,
  Problem,
} from '@fanfare/contracts';
import {
  jobCancel,
  jobDead,
  jobOverview,
  jobPage,
  jobRead,
  type JobReadReply,
  jobRevive,
  type Keyspace,
  type ScriptRunner,
} from '@fanfare/redis-scripts';
import { LANES } from './lanes.js';

/** How long what is known of a job that is over is kept. */
export const JOB_KEPT_MS = 24 * 3600 * 1000;
const JOBS_PER_CALL = 128;
/** Bounds the search for jobs of a state that few have; the cursor goes on from there. */
const JOBS_PER_PAGE_LOOKED_AT = 16 * JOBS_PER_CALL;

/** How many jobs there are. */
export interface JobCounts {
  /** Waiting for their time, or for another attempt. */
  readonly scheduled: number;
  readonly deadLetters: number;
  readonly running: number;
  /** Those that are worked at among them. */
  readonly lanes: Readonly<Record<Priority, number>>;
}

type Row = JobReadReply['jobs'][number];

export class JobCatalog {
  constructor(
    private readonly scripts: ScriptRunner,
    private readonly keys: Keyspace,
  ) {}

  /** @throws Problem not_found */
  async get(id: string): Promise<JobView> {
    const [view] = await this.views([id]);
    if (!view) throw unknown(id);
    return view;
  }

  /** Newest first. A page may be short although more follow. @throws Problem invalid for a foreign cursor */
  async page({ state, cursor = '', limit = limits.pageDefault }: JobsQuery): Promise<JobPage> {
    const jobs: JobView[] = [];
    let before = checkedCursor(cursor, jobId.safeParse(cursor).success);
    for (let looked = 0; looked < JOBS_PER_PAGE_LOOKED_AT; looked += JOBS_PER_CALL) {
      const { ids } = await jobPage(this.scripts, { index: this.keys.jobs.index }, { before, limit: JOBS_PER_CALL });
      for (const view of await this.views(ids)) {
        if (state !== undefined && view.state !== state) continue;
        jobs.push(view);
        if (jobs.length === limit) return { jobs, cursor: view.id };
      }
      before = ids.at(-1) ?? '';
      if (ids.length < JOBS_PER_CALL) return { jobs, cursor: null };
    }
    return { jobs, cursor: before };
  }

  /** Newest first. @throws Problem invalid for a foreign cursor */
  async deadLetters({ cursor = '', limit = limits.pageDefault }: PageQuery): Promise<DeadLetterPage> {
    const before = checkedCursor(cursor, /^\d{1,15}-\d{1,15}$/.test(cursor));
    const { letters } = await jobDead(this.scripts, { dead: this.keys.jobs.dead }, { before, limit });
    const deadLetters = await this.views(letters.map(({ job }) => job));
    return { deadLetters, cursor: letters.length < limit ? null : (letters.at(-1)?.letter ?? null) };
  }

  /** Of all jobs together, in one small call. */
  async counts(): Promise<JobCounts> {
    const { schedule, dead } = this.keys.jobs;
    const lanes = LANES.map((name) => ({ lane: this.keys.lane(name) }));
    const reply = await jobOverview(this.scripts, { schedule, dead }, lanes);
    const depths = LANES.map((name, index) => [name, reply.lanes[index]?.depth ?? 0] as const);
    return {
      scheduled: reply.scheduled,
      deadLetters: reply.dead,
      running: reply.lanes.reduce((sum, { running }) => sum + running, 0),
      lanes: Object.fromEntries(depths) as Record<Priority, number>,
    };
  }

  /**
   * A job that is scheduled is not carried out; repeating it changes nothing.
   *
   * @throws Problem not_found, conflict where it has begun
   */
  async cancel(id: string): Promise<void> {
    const keys = { job: this.keys.job(id), schedule: this.keys.jobs.schedule, chunks: this.keys.jobChunks(id) };
    const reply = await jobCancel(this.scripts, keys, { id, keepMs: JOB_KEPT_MS });
    if (reply.status === 'UNKNOWN') throw unknown(id);
    if (reply.status === 'BEGUN') throw new Problem('conflict', `it is ${reply.state}: it can't be cancelled any more`);
  }

  /**
   * What was done before stays done; the job has all its attempts again.
   *
   * @throws Problem not_found where it is no dead letter
   */
  async retry(id: string): Promise<JobView> {
    const lane = (await this.read([id]))[0]?.lane;
    if (!lane) throw unknown(id);
    const { part, links, dead } = this.keys.jobs;
    const keys = { part, links, dead, job: this.keys.job(id), chunks: this.keys.jobChunks(id) };
    const reply = await jobRevive(this.scripts, { ...keys, lane: this.keys.lane(lane) }, { id });
    if (reply.status === 'ALIVE') throw new Problem('not_found', `${id} is no dead letter`);
    return this.get(id);
  }

  private async views(ids: readonly string[]): Promise<JobView[]> {
    const rows = await this.read(ids);
    return rows.flatMap((row, index) => {
      const view = viewOf(ids[index] ?? '', row);
      return view ? [view] : [];
    });
  }

  private async read(ids: readonly string[]): Promise<Row[]> {
    const rows: Row[] = [];
    for (let start = 0; start < ids.length; start += JOBS_PER_CALL) {
      const items = ids.slice(start, start + JOBS_PER_CALL).map((id) => ({ job: this.keys.job(id) }));
      rows.push(...(await jobRead(this.scripts, items)).jobs);
    }
    return rows;
  }
}

function viewOf(id: string, row: Row): JobView | undefined {
  const state = jobState.safeParse(row.state);
  if (!state.success) return undefined;
  const { kind, total, done, walked, createdAt, due, error } = row;
  return {
    ...{ id, state: state.data, total, done, message: id, createdAt },
    ...(kind === 'filter' && { walked }),
    ...(due > 0 && { deliverAt: due }),
    ...(error !== '' && { error }),
  };
}

function checkedCursor(cursor: string, isOurs: boolean): string {
  if (cursor === '' || isOurs) return cursor;
  const errors = [{ pointer: '/cursor', detail: 'is not a cursor that a page answered' }];
  throw new Problem('invalid', 'the cursor is not one that a page answered', { errors });
}

function unknown(id: string): Problem {
  return new Problem('not_found', `no job or scheduled message ${JSON.stringify(id)} is known`);
}
