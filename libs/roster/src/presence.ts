/**
 * Who is online: has an open session, or closed the last one within the grace. Answers are read from each partition by
 * itself; over many partitions they are no snapshot.
 */
import type { OnlinePage, OnlineUser, UserPresence } from '@fanfare/contracts';
import {
  type Keyspace,
  type PartitionKeys,
  rosterPage,
  rosterPresence,
  type ScriptRunner,
} from '@fanfare/redis-scripts';
import { parseSessions } from './session-lines.js';
import { decodeSetCursor, encodeSetCursor, setStart } from './set-cursor.js';

const DEFAULT_LIMIT = 50;
const USERS_PER_CALL = 128;

export class Presence {
  constructor(
    private readonly scripts: ScriptRunner,
    private readonly keys: Keyspace,
  ) {}

  /** @throws Problem invalid for a cursor that was not ours */
  async online(page: { cursor?: string | undefined; limit?: number | undefined }): Promise<OnlinePage> {
    const limit = page.limit ?? DEFAULT_LIMIT;
    const start = page.cursor === undefined ? setStart : decodeSetCursor(page.cursor);
    const total = this.countOnline();
    const users: OnlineUser[] = [];
    let { home, score, member } = start;
    for (; home < this.keys.partitions && users.length < limit; home += 1) {
      const set = this.keys.home(home).online;
      const found = await rosterPage(this.scripts, { set }, { score, after: member, limit: limit - users.length });
      for (const row of found.users) users.push({ id: row.user, since: Number(row.score) });
      const last = found.users.at(-1);
      if (users.length === limit && last) {
        const cursor = encodeSetCursor({ home, score: last.score, member: last.user });
        return { total: await total, users, cursor };
      }
      score = '';
      member = '';
    }
    return { total: await total, users, cursor: null };
  }

  async countOnline(): Promise<number> {
    const pages = await Promise.all(
      this.keys
        .everyHome()
        .map(({ online }) => rosterPage(this.scripts, { set: online }, { score: '', after: '', limit: 0 })),
    );
    return pages.reduce((sum, { total }) => sum + total, 0);
  }

  /** Users that are not known are offline. */
  async query(users: readonly string[]): Promise<Record<string, UserPresence>> {
    const found = new Map<string, UserPresence>();
    await Promise.all(this.chunks(users).map(([home, chunk]) => this.queryChunk(home, chunk, found)));
    return Object.fromEntries(found);
  }

  private async queryChunk(home: PartitionKeys, users: string[], found: Map<string, UserPresence>): Promise<void> {
    const reply = await rosterPresence(
      this.scripts,
      { online: home.online, sessions: home.sessions },
      users.map((user) => ({ state: this.keys.userIn(home, user).state, user })),
    );
    reply.users.forEach((row, index) => found.set(users[index] ?? '', toPresence(row)));
  }

  private chunks(users: readonly string[]): [PartitionKeys, string[]][] {
    const open = new Map<PartitionKeys, string[]>();
    const chunks: [PartitionKeys, string[]][] = [];
    for (const user of new Set(users)) {
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

export function toPresence(row: { lastSeen: string; onlineSince: string; sessions: string }): UserPresence {
  return {
    online: row.onlineSince !== '',
    ...(row.onlineSince === '' ? {} : { since: Number(row.onlineSince) }),
    ...(row.lastSeen === '' ? {} : { lastSeen: Number(row.lastSeen) }),
    devices: parseSessions(row.sessions).length,
  };
}
