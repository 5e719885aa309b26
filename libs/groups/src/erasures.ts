/**
 * Erases users: they leave each of their groups on both sides, then everything kept of them goes in bounded steps, and
 * their sessions are closed. The intent is dropped at the very end, so whatever dies in between is completed by another
 * process; who was made anew meanwhile stays.
 */
import { Problem } from '@fanfare/contracts';
import { type Keyspace, type ScriptRunner, userErase } from '@fanfare/redis-scripts';
import type { Intent, Intents } from './intents.js';
import { untilLater } from './until-later.js';
import { recordedAt } from './version.js';

type Leave = (group: string, users: readonly string[]) => Promise<unknown>;

const NAMES_PER_CALL = 128;
/** More than a user's devices and groups need, unless others go on making new ones. */
const MAX_ROUNDS = 1000;
const ANYBODY = Number.MAX_SAFE_INTEGER;

export class Erasures {
  /** @param leave takes users out of a group on both sides */
  constructor(
    private readonly scripts: ScriptRunner,
    private readonly keys: Keyspace,
    private readonly intents: Intents,
    private readonly leave: Leave,
  ) {}

  /** A user who is not known stays so. */
  async erase(user: string): Promise<void> {
    const { id } = await this.intents.record('erase', '', [user]);
    await this.apply(user, ANYBODY);
    await this.intents.drop(id);
  }

  /** Completes what a process began and did not live to end. */
  async complete({ id, version }: Intent, users: readonly string[]): Promise<void> {
    for (const user of users) await this.apply(user, recordedAt(version));
    await this.intents.drop(id);
  }

  /** @param before ms; who was made later has been erased already */
  private async apply(user: string, before: number): Promise<void> {
    let names: readonly string[] = [];
    for (let round = 0; round < MAX_ROUNDS; round += 1) {
      const reply = await untilLater(() => this.step(user, before, names));
      if (reply.status === 'OK' || reply.status === 'NEWER') return;
      if (reply.status === 'GROUPS') await Promise.all(reply.groups.map((group) => this.leave(group, [user])));
      names = reply.status === 'MORE' ? reply.names : [];
    }
    throw new Problem('conflict', `${user} is used again and again while they are erased; try again`);
  }

  private step(user: string, before: number, names: readonly string[]) {
    const keys = this.keys.user(user);
    const { part, links, users, online, leaving, sessions } = keys.home;
    const { log, state, gone, ttl } = keys;
    const further = {
      info: this.keys.userInfo(keys),
      groups: this.keys.userGroups(keys),
      kept: this.keys.userKept(keys),
    };
    return userErase(
      this.scripts,
      { ...{ part, links, users, online, leaving, sessions, log, state, gone, ttl }, ...further },
      { user, before, limit: NAMES_PER_CALL },
      names.map((name) => ({ further: `${keys.base}${name}`, name })),
    );
  }
}
