/** Users by the partition that keeps them, in chunks that one script call takes. */
import type { Keyspace, PartitionKeys } from '@fanfare/redis-scripts';

const USERS_PER_HOME_CALL = 64;

export function byHome(keys: Keyspace, users: readonly string[]): [PartitionKeys, string[]][] {
  const homes = new Map<PartitionKeys, string[]>();
  for (const user of users) {
    const home = keys.homeOf('user', user);
    const known = homes.get(home);
    if (known) known.push(user);
    else homes.set(home, [user]);
  }
  return [...homes].flatMap(([home, all]) =>
    chunked(all, USERS_PER_HOME_CALL).map((chunk): [PartitionKeys, string[]] => [home, chunk]),
  );
}

export function chunked<T>(items: readonly T[], size: number): T[][] {
  const chunks: T[][] = [];
  for (let start = 0; start < items.length; start += size) chunks.push(items.slice(start, start + size));
  return chunks;
}
