/**
 * Which members of a group are online. Of a group of up to 10,000 members they are counted one by one; of a larger one the
 * gateways' own numbers are added up, where a user with sessions on two gateways counts twice, and one within the grace
 * not at all. Pages of users are exact in both; a page may be short although more follow. The work of a call is bounded.
 */
import { type OnlineUser, Problem } from '@fanfare/contracts';
import { groupOnline, type Keyspace, rosterPage, type ScriptRunner } from '@fanfare/redis-scripts';
import { decodeSetCursor, encodeSetCursor, type Presence, setStart } from '@fanfare/roster';

export interface GroupPresencePage {
  readonly online: number;
  /** `online` is the sum of what gateways hold. */
  readonly approximate?: true;
  /** In the order of joining. */
  readonly users: readonly OnlineUser[];
  readonly cursor: string | null;
}

interface Found extends OnlineUser {
  readonly score: string;
}
interface Looked {
  readonly online: readonly Found[];
  /** Where the next look begins; undefined at the end. */
  readonly last: { readonly score: string; readonly member: string } | undefined;
}

const DEFAULT_LIMIT = 50;
const COUNTED_MEMBERS = 10_000;
const MEMBERS_PER_LOOK = 1000;
const LOOKS_PER_PAGE = 5;

export class GroupPresence {
  constructor(
    private readonly scripts: ScriptRunner,
    private readonly keys: Keyspace,
    private readonly presence: Pick<Presence, 'query'>,
    private readonly countedMembers = COUNTED_MEMBERS,
  ) {}

  /** @throws Problem group_unknown, invalid for a foreign cursor */
  async page(
    group: string,
    page: { cursor?: string | undefined; limit?: number | undefined },
  ): Promise<GroupPresencePage> {
    const start = page.cursor === undefined ? setStart : decodeSetCursor(page.cursor);
    const keys = this.keys.group(group);
    const members = this.keys.groupMembers(keys);
    const reply = await groupOnline(this.scripts, { state: keys.state, members, nodes: keys.audience });
    if (reply.status !== 'OK') throw new Problem('group_unknown', `there is no group ${JSON.stringify(group)}`);
    const found = await this.users(members, start, page.limit ?? DEFAULT_LIMIT);
    if (reply.members > this.countedMembers) return { online: reply.held, approximate: true, ...found };
    return { online: await this.count(members), ...found };
  }

  private async users(
    set: string,
    start: { score: string; member: string },
    limit: number,
  ): Promise<{ users: OnlineUser[]; cursor: string | null }> {
    const users: Found[] = [];
    let at: Looked['last'] = start;
    for (let look = 0; at && look < LOOKS_PER_PAGE; look += 1) {
      const looked: Looked = await this.look(set, at);
      users.push(...looked.online);
      at = looked.last;
      if (users.length >= limit) break;
    }
    const given = users.slice(0, limit);
    const last = given.at(-1);
    if (last && users.length > limit) at = { score: last.score, member: last.id };
    return {
      users: given.map(({ id, since }) => ({ id, since })),
      cursor: at ? encodeSetCursor({ home: 0, ...at }) : null,
    };
  }

  private async count(set: string): Promise<number> {
    let count = 0;
    for (let at: Looked['last'] = setStart; at;) {
      const looked: Looked = await this.look(set, at);
      count += looked.online.length;
      at = looked.last;
    }
    return count;
  }

  private async look(set: string, { score, member }: { score: string; member: string }): Promise<Looked> {
    const { users } = await rosterPage(this.scripts, { set }, { score, after: member, limit: MEMBERS_PER_LOOK });
    const presence = await this.presence.query(users.map(({ user }) => user));
    const online = users.flatMap((row): Found[] => {
      const { online: isOnline, since } = presence[row.user] ?? { online: false };
      return isOnline && since !== undefined ? [{ id: row.user, since, score: row.score }] : [];
    });
    const last = users.length === MEMBERS_PER_LOOK ? users.at(-1) : undefined;
    return { online, last: last && { score: last.score, member: last.user } };
  }
}
