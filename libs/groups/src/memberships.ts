/**
 * Joining and leaving. A change is recorded first, then made on the group's side, which decides, then on the users' side,
 * which is their index, and then the record is dropped. Whatever dies in between, `completePending` of any process makes
 * the rest: every step may run twice, and an older change never undoes a newer one.
 *
 * When `leave` resolves, nothing accepted later reaches those who left.
 */
import { limits, Problem } from '@fanfare/contracts';
import {
  groupJoin,
  groupLeave,
  type Keyspace,
  membershipComplete,
  membershipPending,
  membershipRecord,
  type PartitionKeys,
  type ScriptRunner,
  userJoined,
  userLeft,
} from '@fanfare/redis-scripts';
import { olderThan, recordedAt, versionOf } from './version.js';

interface Position {
  readonly offset: number;
  readonly epoch: string;
}

/** What came of a joining: who could not join because they are in too many groups, and whether all others found room. */
interface Joining {
  readonly added: number;
  readonly inTooMany: readonly string[];
  readonly isGroupFull: boolean;
}

/** Users whose side is to be written: the version that made them members, and the position of the group then. */
interface Joined {
  readonly version: number;
  readonly at: Position;
  readonly users: readonly string[];
}

interface JoinedChunk {
  readonly added: number;
  readonly joined: readonly Joined[];
}

const USERS_PER_CALL = 128;
const USERS_PER_HOME_CALL = 64;
const FORGET_AFTER_MS = 3600 * 1000;
const PENDING_AFTER_MS = 10_000;
const PENDING_PER_CALL = 16;

/** A change that has been carried out on both sides; told again where its record was completed by somebody else. */
export interface MembershipChange {
  readonly group: string;
  readonly state: 'joined' | 'left';
  /** As the change named them; some may have been, or not been, members before. */
  readonly users: readonly string[];
  /** ms, when it was recorded */
  readonly at: number;
}

export class Memberships {
  /** @param onChanged is told of a change before its record is dropped, so at least once; the change waits for it */
  constructor(
    private readonly scripts: ScriptRunner,
    private readonly keys: Keyspace,
    private readonly onChanged: (change: MembershipChange) => Promise<void> = () => Promise.resolve(),
  ) {}

  /**
   * Makes the group where it does not exist, and unknown users known. Members stay as they are.
   *
   * @throws Problem conflict where the group, or a user's number of groups, is full; those who fit have joined
   */
  async join(group: string, users: readonly string[]): Promise<{ added: number }> {
    const id = await this.record('join', group, users);
    const { added, inTooMany, isGroupFull } = await this.applyJoin(group, versionOf(id), users);
    await this.complete('join', id, group, without(users, inTooMany));
    if (inTooMany.length > 0) {
      throw new Problem('conflict', `${inTooMany.slice(0, 10).join(', ')}: in ${limits.groupsPerUser} groups already`);
    }
    if (isGroupFull) throw new Problem('conflict', `${group} has ${limits.membersPerGroup} members`);
    return { added };
  }

  /** Leaving a group that one is not in changes nothing. */
  async leave(group: string, users: readonly string[]): Promise<{ removed: number }> {
    const id = await this.record('leave', group, users);
    const removed = await this.applyLeave(group, versionOf(id), users);
    await this.complete('leave', id, group, users);
    return { removed };
  }

  /**
   * Completes changes that were recorded a while ago and not completed; to be called now and then by every process that
   * changes memberships.
   *
   * @returns how many were completed
   */
  async completePending(): Promise<number> {
    const { records } = await membershipPending(
      this.scripts,
      { intents: this.keys.intents },
      { idleMs: PENDING_AFTER_MS, limit: PENDING_PER_CALL },
    );
    for (const { id, action, group, users } of records) {
      const names = JSON.parse(users) as string[];
      const isJoin = action === 'join';
      if (isJoin) await this.applyJoin(group, versionOf(id), names);
      else await this.applyLeave(group, versionOf(id), names);
      await this.complete(isJoin ? 'join' : 'leave', id, group, names);
    }
    return records.length;
  }

  private async record(action: 'join' | 'leave', group: string, users: readonly string[]): Promise<string> {
    const names = JSON.stringify([...new Set(users)]);
    const { id } = await membershipRecord(
      this.scripts,
      { intents: this.keys.intents },
      { action, group, users: names },
    );
    return id;
  }

  private async complete(action: 'join' | 'leave', id: string, group: string, users: readonly string[]): Promise<void> {
    const state = action === 'join' ? 'joined' : 'left';
    await this.onChanged({ group, state, users, at: recordedAt(versionOf(id)) });
    await membershipComplete(this.scripts, { intents: this.keys.intents }, { id });
  }

  /** A refusal is an outcome like others: it must not keep the record, which would be tried again for ever. */
  private async applyJoin(group: string, version: number, users: readonly string[]): Promise<Joining> {
    const chunks = await Promise.all(
      chunked([...new Set(users)], USERS_PER_CALL).map((chunk) => this.joinGroup(group, version, chunk)),
    );
    const fitting = chunks.filter((chunk) => chunk !== undefined);
    const told = await Promise.all(together(fitting).map((joined) => this.tellJoined(group, joined)));
    const inTooMany = told.flat();
    if (inTooMany.length > 0) await this.leave(group, inTooMany);
    const added = fitting.reduce((sum, chunk) => sum + chunk.added, 0);
    return { added, inTooMany, isGroupFull: fitting.length < chunks.length };
  }

  /** undefined: the group has no room for them */
  private async joinGroup(group: string, version: number, users: readonly string[]): Promise<JoinedChunk | undefined> {
    const keys = this.keys.group(group);
    const { home, state } = keys;
    const reply = await groupJoin(
      this.scripts,
      { part: home.part, state, members: this.keys.groupMembers(keys), left: this.keys.groupLeft(keys) },
      { version, maxMembers: limits.membersPerGroup, oldest: olderThan(version, FORGET_AFTER_MS) },
      users.map((user) => ({ user })),
    );
    if (reply.status !== 'OK') return undefined;
    const at = { offset: reply.offset, epoch: reply.epoch };
    // Members by another change: it may have got no further than the group's side, and our answer says that both are made.
    const standing = reply.standing.map((member) => ({ version: member.version, at, users: [member.user] }));
    return { added: reply.added, joined: [{ version, at, users: reply.joined }, ...standing] };
  }

  private async tellJoined(group: string, { version, at, users }: Joined): Promise<string[]> {
    const replies = await Promise.all(
      this.byHome(users).map(([home, chunk]) =>
        userJoined(
          this.scripts,
          { part: home.part, links: home.links, sessions: home.sessions, users: home.users },
          {
            group,
            version,
            offset: at.offset,
            epoch: at.epoch,
            maxGroups: limits.groupsPerUser,
            oldest: olderThan(version, FORGET_AFTER_MS),
          },
          chunk.map((user) => {
            const keys = this.keys.user(user);
            return { groups: this.keys.userGroups(keys), state: keys.state, user };
          }),
        ),
      ),
    );
    return replies.flatMap(({ full }) => full);
  }

  private async applyLeave(group: string, version: number, users: readonly string[]): Promise<number> {
    const chunks = await Promise.all(
      chunked([...new Set(users)], USERS_PER_CALL).map((chunk) => this.leaveGroup(group, version, chunk)),
    );
    await this.tellLeft(
      group,
      version,
      chunks.flatMap(({ left }) => left),
    );
    return chunks.reduce((sum, { removed }) => sum + removed, 0);
  }

  private leaveGroup(group: string, version: number, users: readonly string[]) {
    const keys = this.keys.group(group);
    return groupLeave(
      this.scripts,
      {
        part: keys.home.part,
        links: keys.home.links,
        members: this.keys.groupMembers(keys),
        leavers: this.keys.groupLeft(keys),
        nodes: keys.audience,
      },
      { group, version, oldest: olderThan(version, FORGET_AFTER_MS) },
      users.map((user) => ({ user })),
    );
  }

  private async tellLeft(group: string, version: number, users: readonly string[]): Promise<void> {
    await Promise.all(
      this.byHome(users).map(([, chunk]) => {
        const items = chunk.map((user) => ({ groups: this.keys.userGroups(this.keys.user(user)) }));
        return userLeft(this.scripts, { group, version }, items);
      }),
    );
  }

  private byHome(users: readonly string[]): [PartitionKeys, string[]][] {
    const homes = new Map<PartitionKeys, string[]>();
    for (const user of users) {
      const home = this.keys.homeOf('user', user);
      const known = homes.get(home);
      if (known) known.push(user);
      else homes.set(home, [user]);
    }
    return [...homes].flatMap(([home, all]) =>
      chunked(all, USERS_PER_HOME_CALL).map((chunk): [PartitionKeys, string[]] => [home, chunk]),
    );
  }
}

function without(users: readonly string[], others: readonly string[]): readonly string[] {
  const left = new Set(others);
  return left.size === 0 ? users : users.filter((user) => !left.has(user));
}

/** Usually all chunks joined by one change at one position, so that each partition of users is called once. */
function together(chunks: readonly JoinedChunk[]): Joined[] {
  const found = new Map<string, { version: number; at: Position; users: string[] }>();
  for (const { version, at, users } of chunks.flatMap(({ joined }) => joined)) {
    const name = `${version} ${at.offset} ${at.epoch}`;
    const known = found.get(name);
    if (known) known.users.push(...users);
    else found.set(name, { version, at, users: [...users] });
  }
  return [...found.values()];
}

function chunked<T>(items: readonly T[], size: number): T[][] {
  const chunks: T[][] = [];
  for (let start = 0; start < items.length; start += size) chunks.push(items.slice(start, start + size));
  return chunks;
}
