/** What is known of groups: their retention, members and size. A group exists from its PUT or its first member. */
import type { GroupView, MemberPage, PutGroupRequest } from '@fanfare/contracts';
import { Problem } from '@fanfare/contracts';
import { groupInfo, groupPut, type Keyspace, rosterPage, type ScriptRunner, userCursors } from '@fanfare/redis-scripts';
import { decodeSetCursor, encodeSetCursor, setStart } from '@fanfare/roster';
import { groupEntries } from '@fanfare/timelines';
import { recordedAt } from './version.js';

const DEFAULT_LIMIT = 50;

export class Groups {
  constructor(
    private readonly scripts: ScriptRunner,
    private readonly keys: Keyspace,
  ) {}

  /** Makes the group, or replaces its retention. @throws Problem conflict while it is being deleted */
  async put(group: string, { retention }: PutGroupRequest): Promise<{ created: boolean }> {
    const keys = this.keys.group(group);
    const args = { cap: retention?.messages ?? 0, age: (retention?.seconds ?? 0) * 1000 };
    const removed = this.keys.groupRemoved(keys);
    const reply = await groupPut(this.scripts, { part: keys.home.part, state: keys.state, removed }, args);
    if (reply.status === 'OK') return { created: reply.created === 1 };
    throw new Problem('conflict', `${group} is being deleted; try again`, { retryAfter: 1 });
  }

  /** undefined for a group that does not exist */
  async get(group: string): Promise<GroupView | undefined> {
    const keys = this.keys.group(group);
    const members = this.keys.groupMembers(keys);
    const reply = await groupInfo(this.scripts, { state: keys.state, members });
    if (reply.status !== 'OK') return undefined;
    const retention = {
      ...(reply.cap > 0 ? { messages: reply.cap } : {}),
      ...(reply.age > 0 ? { seconds: reply.age / 1000 } : {}),
    };
    return { id: group, createdAt: reply.since, members: reply.members, head: reply.head, retention };
  }

  /** Members in the order of joining. @throws Problem group_unknown, invalid for a foreign cursor */
  async members(group: string, page: { cursor?: string | undefined; limit?: number | undefined }): Promise<MemberPage> {
    if (!(await this.get(group))) throw new Problem('group_unknown', `there is no group ${JSON.stringify(group)}`);
    const { score, member } = page.cursor === undefined ? setStart : decodeSetCursor(page.cursor);
    const limit = page.limit ?? DEFAULT_LIMIT;
    const set = this.keys.groupMembers(this.keys.group(group));
    const reply = await rosterPage(this.scripts, { set }, { score, after: member, limit });
    const members = reply.users.map((row) => ({ user: row.user, joinedAt: recordedAt(Number(row.score)) }));
    const last = reply.users.at(-1);
    const hasMore = last !== undefined && reply.users.length === limit;
    const cursor = hasMore ? encodeSetCursor({ home: 0, score: last.score, member: last.user }) : null;
    return { total: reply.total, members, cursor };
  }

  /** The groups of a user, none for an unknown one. */
  async of(user: string): Promise<{ groups: { group: string; joinedAt: number }[] }> {
    const keys = this.keys.user(user);
    const reply = await userCursors(this.scripts, {
      state: keys.state,
      groups: this.keys.userGroups(keys),
      seenUser: this.keys.userSeen(keys, `user:${user}`),
      seenAll: this.keys.userSeen(keys, 'all'),
    });
    const entries = reply.status === 'OK' ? groupEntries(reply.groups) : [];
    return { groups: entries.map(({ group, version }) => ({ group, joinedAt: recordedAt(version) })) };
  }
}
