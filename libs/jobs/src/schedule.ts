/** Moves jobs that have become due into their lanes. Any number of workers may do that at once: each job moves once. */
import { jobDue, jobRelease, type Keyspace, type ScriptRunner } from '@fanfare/redis-scripts';

const JOBS_PER_SWEEP = 100;

export class Schedule {
  constructor(
    private readonly scripts: ScriptRunner,
    private readonly keys: Keyspace,
  ) {}

  /** @returns how many were moved; where that is many, more may be due */
  async release(): Promise<number> {
    const { part, links, schedule } = this.keys.jobs;
    const { members } = await jobDue(this.scripts, { schedule }, { limit: JOBS_PER_SWEEP });
    const moved = await Promise.all(
      members.map(async (member) => {
        const [lane = '', id = ''] = member.split('/');
        const keys = { part, links, schedule, lane: this.keys.lane(lane), job: this.keys.job(id) };
        const reply = await jobRelease(this.scripts, keys, { member, id });
        return reply.status === 'OK' ? 1 : 0;
      }),
    );
    return moved.reduce<number>((sum, one) => sum + one, 0);
  }
}
