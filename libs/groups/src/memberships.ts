/**
 * Joining and leaving. A change is recorded first, then made on the group's side, which decides, then on the users' side,
 * which is their index, and then the record is dropped. Whatever dies in between, another process makes the rest: every step may run twice, and an older change never undoes a newer one.
 *
 * When `leave` resolves, nothing accepted later reaches those who left.
 */
import { limits, Problem } from '@fanfare/contracts';
import { groupJoin, groupLeave, type Keyspace, type ScriptRunner, userJoined, userLeft } from '@fanfare/redis-scripts';
import { type Intent, Intents } from './intents.js';
import { byHome, chunked } from './partitions.js';
import { nextStep, olderThan, recordedAt } from './version.js';

interface Position {
  readonly offset: number;
  readonly epoch: string;
}

/** What came of a joining: who could not join because they are in too many groups, and whether all others found room. */
interface Joining {
  readonly added: number;
  readonly inTooMany: readonly string[];
  readonly isGroupFull: boolean;
  /** The group was deleted, and not all of its members are undone yet. */
  readonly isDeleting: boolean;
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
const FORGET_AFTER_MS = 3600 * 1000;

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
    private readonly intents: Intents = new Intents(scripts, keys),
  ) {}

  /**
   * Makes the group where it does not exist, and unknown users known. Members stay as they are.
   *
   * @param version of the request, so that carrying it out again, however late, undoes nothing that was asked after it
   * @throws Problem conflict where the group, or a user's number of groups, is full; those who fit have joined
   */
  async join(group: string, users: readonly string[], version?: number): Promise<{ added: number }> {
    const intent = await this.intents.record('join', group, users, version);
    const { added, inTooMany, isGroupFull, isDeleting } = await this.applyJoin(group, intent.version, users);
    await this.complete('join', intent, group, without(users, inTooMany));
    if (inTooMany.length > 0) {
      throw new Problem('conflict', `${inTooMany.slice(0, 10).join(', ')}: in ${limits.groupsPerUser} groups already`);
    }
    if (isDeleting) throw new Problem('conflict', `${group} is being deleted; try again`, { retryAfter: 1 });
    if (isGroupFull) throw new Problem('conflict', `${group} has ${limits.membersPerGroup} members`);
    return { added };
  }

  /** Leaving a group that one is not in changes nothing. */
  async leave(group: string, users: readonly string[], version?: number): Promise<{ removed: number }> {
    const intent = await this.intents.record('leave', group, users, version);
    const removed = await this.applyLeave(group, intent.version, users);
    await this.complete('leave', intent, group, users);
    return { removed };
  }

  /** Makes the rest of a change that was recorded and not completed. */
  async completeChange(
    action: 'join' | 'leave',
    intent: Intent,
    group: string,
    users: readonly string[],
  ): Promise<void> {
    if (action === 'join') await this.applyJoin(group, intent.version, users);
    else await this.applyLeave(group, intent.version, users);
    await this.complete(action, intent, group, users);
  }

  private async complete(
    action: 'join' | 'leave',
    { id, version }: Intent,
    group: string,
    users: readonly string[],
  ): Promise<void> {
    const state = action === 'join' ? 'joined' : 'left';
    await this.onChanged({ group, state, users, at: recordedAt(version) });
    await this.intents.drop(id);
  }

  /** A refusal is an outcome like others: it must not keep the record, which would be tried again for ever. */
  private async applyJoin(group: string, version: number, users: readonly string[]): Promise<Joining> {
    const chunks = await Promise.all(
      chunked([...new Set(users)], USERS_PER_CALL).map((chunk) => this.joinGroup(group, version, chunk)),
    );
    const fitting = chunks.filter((chunk) => typeof chunk !== 'string');
    const told = await Promise.all(together(fitting).map((joined) => this.tellJoined(group, joined)));
    const inTooMany = told.flat();
    if (inTooMany.length > 0) await this.leave(group, inTooMany, nextStep(version));
    const added = fitting.reduce((sum, chunk) => sum + chunk.added, 0);
    return { added, inTooMany, isGroupFull: chunks.includes('FULL'), isDeleting: chunks.includes('DELETING') };
  }

  private async joinGroup(
    group: string,
    version: number,
    users: readonly string[],
  ): Promise<JoinedChunk | 'FULL' | 'DELETING'> {
    const keys = this.keys.group(group);
    const { home, state } = keys;
    const reply = await groupJoin(
      this.scripts,
      {
        ...{ part: home.part, state, members: this.keys.groupMembers(keys), left: this.keys.groupLeft(keys) },
        removed: this.keys.groupRemoved(keys),
      },
      { version, maxMembers: limits.membersPerGroup, oldest: olderThan(version, FORGET_AFTER_MS) },
      users.map((user) => ({ user })),
    );
    if (reply.status !== 'OK') return reply.status;
    const at = { offset: reply.offset, epoch: reply.epoch };
    // Members by another change: it may have got no further than the group's side, and our answer says that both are made.
    const standing = reply.standing.map((member) => ({ version: member.version, at, users: [member.user] }));
    return { added: reply.added, joined: [{ version, at, users: reply.joined }, ...standing] };
  }

  private async tellJoined(group: string, { version, at, users }: Joined): Promise<string[]> {
    const replies = await Promise.all(
      byHome(this.keys, users).map(([home, chunk]) =>
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
      byHome(this.keys, users).map(([, chunk]) => {
        const items = chunk.map((user) => ({ groups: this.keys.userGroups(this.keys.user(user)) }));
        return userLeft(this.scripts, { group, version }, items);
      }),
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
