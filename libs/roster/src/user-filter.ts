/** Which users fit a filter over their attributes: read where the users live, as they are now. Writes nothing. */
import type { Where } from '@fanfare/contracts';
import { type Keyspace, type PartitionKeys, type ScriptRunner, userFilter } from '@fanfare/redis-scripts';
import { encodeFilter } from './filter-text.js';

/** Bounds the work of one call: their attributes may be 8 KiB each. */
const USERS_PER_CALL = 64;

export class UserFilter {
  constructor(
    private readonly scripts: ScriptRunner,
    private readonly keys: Keyspace,
  ) {}

  /** In no particular order. Whoever is not known fits nothing. */
  async fitting(where: Where, users: readonly string[]): Promise<string[]> {
    const filter = encodeFilter(where);
    const calls = this.byHome(users).map(async ([home, chunk]) => {
      const items = chunk.map((user) => ({ info: this.keys.userInfo(this.keys.userIn(home, user)), user }));
      return (await userFilter(this.scripts, { users: home.users }, { filter }, items)).fitting;
    });
    return (await Promise.all(calls)).flat();
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
