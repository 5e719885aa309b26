/**
 * Walks over many users, some at a time: over everyone who is known, or over a set of them (the members of a group). A
 * walk goes from the newest to the oldest, and nobody's place changes. So whoever was there when the walk began and stays
 * is met once, by whichever process goes on from a cursor; whoever comes after it has begun is not met.
 *
 * Everyone: partition after partition, so "begun" is when the walk reaches theirs.
 */
import { type Keyspace, rosterWalk, type ScriptRunner } from '@fanfare/redis-scripts';

/** Behind which user of which partition a walk goes on; of a set the partition is 0. */
export interface WalkCursor {
  readonly home: number;
  readonly score: string;
  readonly user: string;
}

export interface Stretch {
  readonly users: readonly string[];
  /** undefined: that were all. */
  readonly next: WalkCursor | undefined;
}

export const walkStart: WalkCursor = { home: 0, score: '', user: '' };

/** Names of one reply: 256 KiB at most. */
const USERS_PER_STRETCH = 2048;
/** Small partitions are looked into several at a time. */
const HOMES_AT_ONCE = 16;
const USERS_PER_HOME = USERS_PER_STRETCH / HOMES_AT_ONCE;

export class UserWalk {
  constructor(
    private readonly scripts: ScriptRunner,
    private readonly keys: Keyspace,
  ) {}

  /** The next of everyone who is known; may be empty although more follow. */
  async everyone(from: WalkCursor): Promise<Stretch> {
    if (from.user !== '') {
      const { home } = from;
      const { users, next } = await this.set(this.keys.home(home).users, from);
      return { users, next: next ? { ...next, home } : this.homeAfter(home) };
    }
    const homes = this.keys.everyHome().slice(from.home, from.home + HOMES_AT_ONCE);
    const stretches = await Promise.all(homes.map((home) => this.set(home.users, walkStart, USERS_PER_HOME)));
    const users: string[] = [];
    for (const [index, stretch] of stretches.entries()) {
      users.push(...stretch.users);
      if (stretch.next) return { users, next: { ...stretch.next, home: from.home + index } };
    }
    return { users, next: this.homeAfter(from.home + homes.length - 1) };
  }

  /** The next of a sorted set whose scores never change. */
  async set(set: string, from: WalkCursor, limit = USERS_PER_STRETCH): Promise<Stretch> {
    const { users, score } = await rosterWalk(this.scripts, { set }, { score: from.score, after: from.user, limit });
    const last = users.length < limit ? undefined : users.at(-1);
    return { users, next: last === undefined ? undefined : { home: 0, score, user: last } };
  }

  private homeAfter(home: number): WalkCursor | undefined {
    return home + 1 < this.keys.partitions ? { ...walkStart, home: home + 1 } : undefined;
  }
}
