/**
 * Searches the registry of users by prefix: partition after partition, within one in the order in which they became known.
 * The work of a call is bounded, so a page may be short although more follow. Nobody comes twice, and nobody who is there all
 * the while is left out.
 */
import { type Keyspace, rosterSearch, type RosterSearchReply, type ScriptRunner } from '@fanfare/redis-scripts';
import { decodeSetCursor, encodeSetCursor, type SetCursor, setStart } from './set-cursor.js';

export interface FoundUser {
  readonly id: string;
  /** ms */
  readonly knownSince: number;
}
export interface UserPage {
  readonly users: readonly FoundUser[];
  readonly cursor: string | null;
}

const DEFAULT_LIMIT = 50;
const USERS_PER_LOOK = 1000;
const USERS_PER_PAGE_LOOKED_AT = 50_000;
/** Partitions that are asked ahead at the same time. */
const AHEAD = 32;

export class UserSearch {
  constructor(
    private readonly scripts: ScriptRunner,
    private readonly keys: Keyspace,
    private readonly lookedAtPerPage = USERS_PER_PAGE_LOOKED_AT,
  ) {}

  /** @throws Problem invalid for a cursor that was not ours */
  async page(query: {
    prefix?: string | undefined;
    cursor?: string | undefined;
    limit?: number | undefined;
  }): Promise<UserPage> {
    const { prefix = '', cursor, limit = DEFAULT_LIMIT } = query;
    const users: FoundUser[] = [];
    let at = this.checked(cursor === undefined ? setStart : decodeSetCursor(cursor));
    for (let looked = 0; at && users.length < limit && looked < this.lookedAtPerPage;) {
      for (const reply of await this.lookAhead(at, prefix, limit - users.length)) {
        const taken = reply.users.slice(0, limit - users.length);
        users.push(...taken.map(({ user, score }) => ({ id: user, knownSince: Number(score) })));
        looked += reply.looked;
        const here: SetCursor = at;
        at = this.after(here, reply, taken.length);
        const isThrough = at?.home !== here.home;
        if (!at || !isThrough || users.length === limit || looked >= this.lookedAtPerPage) break;
      }
    }
    return { users, cursor: at ? encodeSetCursor(at) : null };
  }

  /** From the cursor on in its partition, and from the beginning in some that follow. */
  private lookAhead(at: SetCursor, prefix: string, limit: number): Promise<RosterSearchReply[]> {
    const homes = this.keys.everyHome().slice(at.home, at.home + AHEAD);
    return Promise.all(
      homes.map(({ users }, index) => {
        const { score, member } = index === 0 ? at : setStart;
        return rosterSearch(this.scripts, { users }, { prefix, score, after: member, limit, look: USERS_PER_LOOK });
      }),
    );
  }

  /** Where it goes on after so many of the reply's users were taken; undefined at the very end. */
  private after({ home }: SetCursor, reply: RosterSearchReply, taken: number): SetCursor | undefined {
    const last = reply.users[taken - 1];
    if (taken < reply.users.length) return { home, score: last?.score ?? '', member: last?.user ?? '' };
    if (reply.more === 1) return { home, score: reply.score, member: reply.last };
    return this.checked({ home: home + 1, score: '', member: '' });
  }

  private checked(at: SetCursor): SetCursor | undefined {
    return at.home < this.keys.partitions ? at : undefined;
  }
}
