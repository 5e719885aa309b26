/** The registry of users: who is known, with which attributes. Attributes are replaced as a whole. */
import type { AttributeValue, UserPresence } from '@fanfare/contracts';
import { type Keyspace, rosterPage, type ScriptRunner, userInfo, userPut } from '@fanfare/redis-scripts';
import { toPresence } from './presence.js';

export interface UserView {
  readonly id: string;
  /** When the user became known, ms. */
  readonly createdAt: number;
  readonly attributes: Readonly<Record<string, AttributeValue>>;
  readonly presence: UserPresence;
}

export class Users {
  /** @param stateMs how long a user's state is kept without use */
  constructor(
    private readonly scripts: ScriptRunner,
    private readonly keys: Keyspace,
    private readonly stateMs: number,
  ) {}

  /** `created` tells whether the user was unknown before. */
  async put(user: string, attributes: Record<string, AttributeValue>): Promise<{ created: boolean }> {
    const keys = this.keys.user(user);
    const items = Object.entries(attributes).map(([name, value]) => ({ name, value: JSON.stringify(value) }));
    const { created } = await userPut(
      this.scripts,
      { part: keys.home.part, state: keys.state, users: keys.home.users, info: this.keys.userInfo(keys) },
      { user, stateMs: this.stateMs },
      items,
    );
    return { created: created === 1 };
  }

  /** How many are known; over many partitions no snapshot. */
  async count(): Promise<number> {
    const pages = await Promise.all(
      this.keys
        .everyHome()
        .map(({ users: set }) => rosterPage(this.scripts, { set }, { score: '', after: '', limit: 0 })),
    );
    return pages.reduce((sum, { total }) => sum + total, 0);
  }

  /** undefined for a user who is not known */
  async get(user: string): Promise<UserView | undefined> {
    const keys = this.keys.user(user);
    const { online, sessions } = keys.home;
    const info = this.keys.userInfo(keys);
    const reply = await userInfo(this.scripts, { state: keys.state, online, sessions, info }, { user });
    if (reply.status !== 'OK') return undefined;
    const { attributes } = reply;
    return { id: user, createdAt: reply.since, attributes: parseAttributes(attributes), presence: toPresence(reply) };
  }
}

function parseAttributes(fields: readonly string[]): Record<string, AttributeValue> {
  const entries: [string, AttributeValue][] = [];
  for (let index = 0; index + 1 < fields.length; index += 2) {
    entries.push([fields[index] ?? '', JSON.parse(fields[index + 1] ?? 'null') as AttributeValue]);
  }
  return Object.fromEntries(entries);
}
