/**
 * Who shares a group with a user, which is who they may see. The group's side decides, so it ends with the answer to the
 * removal of either, or to the deletion of the group.
 *
 * Work of a call: a user is in 256 groups at most, so at most 256 script calls (fewer partitions, fewer calls), 8 at a
 * time, each with a look at 32 groups at most for the user and those not found yet. It ends when all are found.
 */
import { Problem } from '@fanfare/contracts';
import { groupFellows, type Keyspace, type PartitionKeys, type ScriptRunner } from '@fanfare/redis-scripts';
import type { Groups } from './groups.js';
import { chunked } from './partitions.js';

const GROUPS_PER_CALL = 32;
/** On their way to Redis together; what they find need not be looked for by those that follow. */
const CALLS_AT_ONCE = 8;

export class Fellows {
  constructor(
    private readonly scripts: ScriptRunner,
    private readonly keys: Keyspace,
    private readonly groups: Pick<Groups, 'of'>,
  ) {}

  /** Those of the users who are in a group of this user, and this user. @returns each once, in no particular order */
  async among(user: string, users: readonly string[]): Promise<string[]> {
    const missing = new Set(users);
    const found = missing.delete(user) ? [user] : [];
    if (missing.size === 0) return found;
    const { groups } = await this.groups.of(user);
    const calls = this.byHome(groups.map(({ group }) => group)).values();
    const lane = async (): Promise<void> => {
      for (const chunk of calls) {
        if (missing.size === 0) return;
        const fellows = await this.fellowsIn(chunk, user, [...missing]);
        for (const fellow of fellows) if (missing.delete(fellow)) found.push(fellow);
      }
    };
    await Promise.all(Array.from({ length: CALLS_AT_ONCE }, lane));
    return found;
  }

  /** @throws Problem group_unknown for who is no member: the same as for a group that does not exist */
  async assertMember(group: string, user: string): Promise<void> {
    const [member] = await this.fellowsIn([group], user, [user]);
    if (member === undefined) throw new Problem('group_unknown', `there is no group ${JSON.stringify(group)}`);
  }

  private async fellowsIn(groups: readonly string[], user: string, others: readonly string[]): Promise<string[]> {
    const items = groups.map((group) => ({ members: this.keys.groupMembers(this.keys.group(group)) }));
    return (await groupFellows(this.scripts, { user, others: others.join('\n') }, items)).fellows;
  }

  private byHome(groups: readonly string[]): string[][] {
    const homes = new Map<PartitionKeys, string[]>();
    for (const group of groups) {
      const home = this.keys.homeOf('group', group);
      const known = homes.get(home);
      if (known) known.push(group);
      else homes.set(home, [group]);
    }
    return [...homes.values()].flatMap((ofHome) => chunked(ofHome, GROUPS_PER_CALL));
  }
}
