/** Which users fit a filter over their attributes: read where the users live, as they are now. Writes nothing. */
import type { Where } from '@fanfare/contracts';
import { type Keyspace, type PartitionKeys, type ScriptRunner, userFilter } from '@fanfare/redis-scripts';
import { encodeFilter } from './filter-text.js';

/** Bounds the work of one call: their attributes may be 8 KiB each. */
const USERS_PER_CALL = 64;
/** On their way to Redis together: enough to keep it busy, so few that an urgent message waits for a millisecond or two. */
const CALLS_AT_ONCE = 8;

export class UserFilter {
  constructor(
    private readonly scripts: ScriptRunner,
    private readonly keys: Keyspace,
  ) {}

  /** In no particular order. Whoever is not known fits nothing. */
  async fitting(where: Where, users: readonly string[]): Promise<string[]> {
    const filter = encodeFilter(where);
    const waiting = this.byHome(users).values();
    const found: string[] = [];
    const lane = async (): Promise<void> => {
      for (const [home, chunk] of waiting) found.push(...(await this.fittingIn(home, filter, chunk)));
    };
    await Promise.all(Array.from({ length: CALLS_AT_ONCE }, lane));
    return found;
  }

  private async fittingIn(home: PartitionKeys, filter: string, users: readonly string[]): Promise<string[]> {
    const items = users.map((user) => ({ info: this.keys.userInfo(this.keys.userIn(home, user)), user }));
    return (await userFilter(this.scripts, { users: home.users }, { filter }, items)).fitting;
  }

  private byHome(users: readonly string[]): [PartitionKeys, string[]][] {
    const open = new Map<PartitionKeys, string[]>();
    const chunks: [PartitionKeys, string[]][] = [];
    for (const user of users) {
      const home = this.keys.homeOf('user', user);
      let chunk = open.get(home);
      if (!chunk || chunk.length === USERS_PER_CALL) {
        chunk = [];
        open.set(home, chunk);
        chunks.push([home, chunk]);
      }
      chunk.push(user);
    }
    return chunks;
  }
}
