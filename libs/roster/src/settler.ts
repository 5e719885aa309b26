/** Takes offline those whose grace is over, in every partition; until then they count as online. */
import { type Keyspace, type PartitionKeys, type ScriptRunner, sessionSettle } from '@fanfare/redis-scripts';

const USERS_PER_CALL = 128;

export class Settler {
  constructor(
    private readonly scripts: ScriptRunner,
    private readonly keys: Keyspace,
  ) {}

  /**
   * To be called every second.
   *
   * @param onOffline is told of each user once
   * @returns how many went offline
   */
  async sweep(onOffline: (user: string) => void): Promise<number> {
    const counts = await Promise.all(this.keys.everyHome().map((home) => this.settle(home, onOffline)));
    return counts.reduce((sum, count) => sum + count, 0);
  }

  private async settle(
    { sessions, online, leaving }: PartitionKeys,
    onOffline: (user: string) => void,
  ): Promise<number> {
    let count = 0;
    for (;;) {
      const reply = await sessionSettle(this.scripts, { sessions, online, leaving }, { limit: USERS_PER_CALL });
      reply.offline.forEach(onOffline);
      count += reply.offline.length;
      if (reply.more === 0) return count;
    }
  }
}
