/**
 * Finds who of a filtered audience fits, some users at a time: reads names from the registry or the group, then asks where
 * each of them lives whether their attributes fit now. Writes nothing; a step costs a few dozen small reads.
 *
 * Whoever was there when the walk began and stays is looked at once, whoever goes on from a cursor (UserWalk).
 */
import { type FilteredAudience, Problem } from '@fanfare/contracts';
import { Groups } from '@fanfare/groups';
import type { Keyspace, ScriptRunner } from '@fanfare/redis-scripts';
import { UserFilter, UserWalk, type WalkCursor, walkStart } from '@fanfare/roster';

export interface Step {
  /** Users looked at. */
  readonly walked: number;
  readonly fitting: readonly string[];
  /** Where to go on; WALK_END: that were all. */
  readonly cursor: string;
}

export const WALK_START = '';
export const WALK_END = 'end';

export class AudienceWalk {
  private readonly walk: UserWalk;
  private readonly filter: UserFilter;
  private readonly groups: Groups;

  constructor(
    scripts: ScriptRunner,
    private readonly keys: Keyspace,
  ) {
    this.walk = new UserWalk(scripts, keys);
    this.filter = new UserFilter(scripts, keys);
    this.groups = new Groups(scripts, keys);
  }

  /** @throws Problem group_unknown */
  async check(to: FilteredAudience): Promise<void> {
    if ('group' in to && !(await this.groups.get(to.group))) {
      throw new Problem('group_unknown', `there is no group ${JSON.stringify(to.group)}`);
    }
  }

  /** @param cursor WALK_START, or what a step answered that is not WALK_END */
  async step(to: FilteredAudience, cursor: string): Promise<Step> {
    const from = decodeCursor(cursor);
    const { users, next } =
      'group' in to
        ? await this.walk.set(this.keys.groupMembers(this.keys.group(to.group)), from)
        : await this.walk.everyone(from);
    const fitting = users.length === 0 ? [] : await this.filter.fitting(to.where, users);
    return { walked: users.length, fitting, cursor: next ? encodeCursor(next) : WALK_END };
  }
}

const encodeCursor = ({ home, score, user }: WalkCursor): string => JSON.stringify([home, score, user]);

/** Only ever of what `encodeCursor` wrote. */
function decodeCursor(text: string): WalkCursor {
  if (text === WALK_START) return walkStart;
  const [home, score, user] = JSON.parse(text) as [number, string, string];
  return { home, score, user };
}
