/** A user's open sessions: which there are, and closing them at their gateways. */
import { Problem } from '@fanfare/contracts';
import { type Keyspace, rosterPresence, type ScriptRunner, sessionDisconnect } from '@fanfare/redis-scripts';
import { type OpenSession, parseSessions } from './session-lines.js';

export interface SessionView {
  readonly id: string;
  /** The gateway that holds it. */
  readonly node: string;
  /** ms */
  readonly since: number;
  readonly device?: string;
}
export interface SessionPage {
  readonly sessions: readonly SessionView[];
  readonly cursor: string | null;
}

const DEFAULT_LIMIT = 50;

export class Sessions {
  constructor(
    private readonly scripts: ScriptRunner,
    private readonly keys: Keyspace,
  ) {}

  /**
   * Oldest first; none for a user who is not known.
   *
   * @throws Problem invalid for a cursor that was not ours
   */
  async page(user: string, page: { cursor?: string | undefined; limit?: number | undefined }): Promise<SessionPage> {
    const { home, state } = this.keys.user(user);
    const { online, sessions } = home;
    const reply = await rosterPresence(this.scripts, { online, sessions }, [{ state, user }]);
    const all = parseSessions(reply.users[0]?.sessions ?? '').sort(byAge);
    const after = page.cursor === undefined ? undefined : decode(page.cursor);
    const rest = after ? all.filter((one) => byAge(one, after) > 0) : all;
    const limit = page.limit ?? DEFAULT_LIMIT;
    const found = rest.slice(0, limit);
    const last = found.at(-1);
    return { sessions: found.map(viewOf), cursor: last && rest.length > limit ? encode(last) : null };
  }

  /**
   * Their gateways are told to close them; what is registered of them goes when they have. A gateway that lost touch with
   * Redis at that moment learns it when it registers them again, within an hour.
   *
   * @param device only its sessions; without one all of them
   * @returns how many were to be closed
   */
  async disconnect(user: string, device = ''): Promise<number> {
    const { part, links, sessions, disconnected } = this.keys.homeOf('user', user);
    const reply = await sessionDisconnect(this.scripts, { part, links, sessions, disconnected }, { user, device });
    return reply.sessions;
  }
}

type Age = Pick<OpenSession, 'since' | 'session'>;

function byAge(one: Age, other: Age): number {
  return one.since - other.since || (one.session < other.session ? -1 : one.session > other.session ? 1 : 0);
}

function viewOf({ session, node, since, device }: OpenSession): SessionView {
  return { id: session, node, since, ...(device !== '' && { device }) };
}

function encode({ since, session }: Age): string {
  return Buffer.from(`${since} ${session}`).toString('base64url');
}

function decode(cursor: string): Age {
  const [, since = '', session = ''] =
    /^(\d{1,15}) (\S{1,128})$/.exec(Buffer.from(cursor, 'base64url').toString()) ?? [];
  if (session !== '') return { since: Number(since), session };
  const errors = [{ pointer: '/cursor', detail: 'is not a cursor that a page answered' }];
  throw new Problem('invalid', 'the cursor is not one that a page answered', { errors });
}
