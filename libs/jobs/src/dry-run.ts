/**
 * Tells how many users a message would be for, without sending it: everything is checked as for one that is sent, and
 * nothing is written. A count over many partitions is no snapshot.
 *
 * Counting may mean reading every user. So few counts run at a time, and one that takes too long, waiting included, is
 * given up.
 */
import {
  type Audience,
  type DryRunAnswer,
  type FilteredAudience,
  isFiltered,
  Problem,
  type PublishRequest,
} from '@fanfare/contracts';
import { Groups } from '@fanfare/groups';
import type { Keyspace, ScriptRunner } from '@fanfare/redis-scripts';
import { Presence, Users } from '@fanfare/roster';
import { messageFields, messageJson, newMessageId } from '@fanfare/timelines';
import { AudienceWalk, WALK_END, WALK_START } from './audience-walk.js';

export interface DryRunOptions {
  /** After which a count is given up. Default 10,000. */
  readonly deadlineMs?: number;
}

const DEADLINE_MS = 10_000;
const COUNTS_AT_ONCE = 2;

export class DryRun {
  private readonly users: Pick<Users, 'count'>;
  private readonly presence: Presence;
  private readonly groups: Groups;
  private readonly walk: AudienceWalk;
  private running = 0;
  private readonly waiting: (() => void)[] = [];

  constructor(
    scripts: ScriptRunner,
    keys: Keyspace,
    private readonly options: DryRunOptions = {},
  ) {
    this.users = new Users(scripts, keys, 0);
    this.presence = new Presence(scripts, keys);
    this.groups = new Groups(scripts, keys);
    this.walk = new AudienceWalk(scripts, keys);
  }

  /**
   * @throws Problem too_large, invalid, group_unknown; timeout where there are too many to count
   * @throws UnavailableError, TimeoutError where Redis could not be reached in time
   */
  async of(request: PublishRequest): Promise<DryRunAnswer> {
    messageJson(messageFields(newMessageId(), Date.now(), request), request.payload);
    const { to } = request;
    if ('user' in to) return { reach: 1 };
    if ('users' in to) return { reach: new Set(to.users).size };
    const giveUpAt = Date.now() + (this.options.deadlineMs ?? DEADLINE_MS);
    await this.turn();
    try {
      return { reach: isFiltered(to) ? await this.fitting(to, giveUpAt) : await this.everyone(to, giveUpAt) };
    } finally {
      this.waiting.shift()?.();
      this.running -= 1;
    }
  }

  private async everyone(
    to: Exclude<Audience, { user: string } | { users: string[] }>,
    giveUpAt: number,
  ): Promise<number> {
    checkTime(giveUpAt);
    if ('online' in to) return this.presence.countOnline();
    if ('all' in to) return this.users.count();
    const group = await this.groups.get(to.group);
    if (!group) throw new Problem('group_unknown', `there is no group ${JSON.stringify(to.group)}`);
    return group.members;
  }

  private async fitting(to: FilteredAudience, giveUpAt: number): Promise<number> {
    await this.walk.check(to);
    let reach = 0;
    let cursor = WALK_START;
    do {
      checkTime(giveUpAt);
      const step = await this.walk.step(to, cursor);
      reach += step.fitting.length;
      cursor = step.cursor;
    } while (cursor !== WALK_END);
    return reach;
  }

  /** Those who wait are as many as the requests that are open. */
  private async turn(): Promise<void> {
    this.running += 1;
    if (this.running > COUNTS_AT_ONCE) await new Promise<void>((resolve) => this.waiting.push(resolve));
  }
}

function checkTime(giveUpAt: number): void {
  if (Date.now() > giveUpAt) throw new Problem('timeout', 'there are too many users to count them in time');
}
