/**
 * Users who are online without a socket each: their sessions are registered as a gateway does it, and the links of their
 * node are subscribed and read, so that Redis has the work of a gateway that holds them; only the sockets are left out.
 */
import type { Keyspace, RedisConnection, ScriptRunner, Subscriber } from '@fanfare/redis-scripts';
import { parsePublication } from '@fanfare/node-link';
import { SessionRegistry } from '@fanfare/roster';

const STATE_MS = 24 * 3600 * 1000;
const AT_ONCE = 2000;
const NODE = 'bench-node';

export class OnlineUsers {
  /** Messages that came over the links, one for each user who is online. */
  received = 0;
  publications = 0;

  private constructor(private readonly subscriber: Subscriber) {
    subscriber.on('smessageBuffer', (_, message) => {
      const publication = parsePublication(message);
      if (publication?.kind !== 'list') return;
      this.publications += 1;
      this.received += publication.recipients.length;
    });
  }

  static async register(
    connection: RedisConnection,
    scripts: ScriptRunner,
    keys: Keyspace,
    users: readonly string[],
  ): Promise<OnlineUsers> {
    const online = new OnlineUsers(connection.subscriber());
    await online.subscriber.subscribe(keys.everyHome().map((home) => keys.linkChannel(home, NODE)));
    const registry = new SessionRegistry(scripts, keys, STATE_MS);
    for (let start = 0; start < users.length; start += AT_ONCE) {
      const some = users.slice(start, start + AT_ONCE);
      const rest = { node: NODE, device: '', resume: '', limit: 0 };
      await Promise.all(some.map((user) => registry.open({ user, session: `s-${user}`, ...rest })));
    }
    return online;
  }

  reset(): void {
    this.received = 0;
    this.publications = 0;
  }
}
