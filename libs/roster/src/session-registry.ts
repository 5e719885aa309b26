/**
 * Registers sessions in their user's partition and undoes it. Opening answers all that the session's device needs of the
 * user: cursors, groups, and the first page of what is missing of the user's own timeline.
 */
import { limits, userTimeline } from '@fanfare/contracts';
import {
  type Keyspace,
  type ScriptRunner,
  sessionClose,
  sessionOpen,
  type SessionOpenReply,
  userAck,
} from '@fanfare/redis-scripts';

export interface OpenRequest {
  readonly user: string;
  readonly session: string;
  readonly node: string;
  readonly device: string;
  /** Position in the user's own timeline, "offset epoch", or '' where the client has none. */
  readonly resume: string;
  /** Entries of the first page, at most; 0 to register again without reading. */
  readonly limit: number;
}

export type Opened = Extract<SessionOpenReply, { status: 'OK' }>;
/** FULL: the user has as many sessions as are allowed. DISCONNECTED: the backend has ended this one. */
export type Refused = Exclude<SessionOpenReply, { status: 'OK' | 'SWEEP' }>;

/** What a device of a user has acknowledged of a timeline. */
export interface Acknowledged {
  readonly user: string;
  readonly device: string;
  readonly timeline: string;
  readonly offset: number;
  readonly epoch: string;
}

const PAGE_BYTES = 256 * 1024;
const DEVICE_KEPT_MS = 30 * 24 * 3600 * 1000;
const MAX_SWEEPS = 2100;

export class SessionRegistry {
  /** @param stateMs how long a user's state is kept without use */
  constructor(
    private readonly scripts: ScriptRunner,
    private readonly keys: Keyspace,
    private readonly stateMs: number,
  ) {}

  async open(request: OpenRequest): Promise<Opened | Refused> {
    const { user, session, node, device, resume, limit } = request;
    const keys = this.keys.user(user);
    const { part, sessions, disconnected, online, leaving, users } = keys.home;
    const timeline = userTimeline(user);
    for (let sweep = 0; sweep < MAX_SWEEPS; sweep += 1) {
      const reply = await sessionOpen(
        this.scripts,
        {
          part,
          sessions,
          disconnected,
          online,
          leaving,
          users,
          holdings: this.keys.nodeHoldings(keys.home, node),
          log: keys.log,
          state: keys.state,
          gone: keys.gone,
          ttl: keys.ttl,
          groups: this.keys.userGroups(keys),
          device: this.keys.userDevice(keys, device),
          seenUser: this.keys.userSeen(keys, timeline),
          seenAll: this.keys.userSeen(keys, 'all'),
        },
        {
          user,
          session,
          node,
          deviceName: device,
          resume,
          limit,
          maxBytes: PAGE_BYTES,
          maxSessions: limits.sessionsPerUser,
          stateMs: this.stateMs,
        },
      );
      if (reply.status === 'OK') return { ...reply, allFloor: floorOf(reply) };
      if (reply.status !== 'SWEEP') return reply;
    }
    throw new Error(`the timeline of ${user} still had expired entries to sweep after the most rounds it can need`);
  }

  async close(user: string, session: string, node: string, graceMs: number): Promise<void> {
    const { home, state } = this.keys.user(user);
    const { sessions, leaving } = home;
    const holdings = this.keys.nodeHoldings(home, node);
    await sessionClose(this.scripts, { sessions, leaving, state, holdings }, { user, session, node, graceMs });
  }

  /** Moves delivery cursors of devices forward, of users of one partition; older positions change nothing. */
  async acknowledge(acknowledged: readonly Acknowledged[]): Promise<void> {
    const items = acknowledged.map(({ user, device, timeline, offset, epoch }) => {
      const keys = this.keys.user(user);
      const { state } = keys;
      return {
        state,
        kept: this.keys.userKept(keys),
        device: this.keys.userDevice(keys, device),
        timeline,
        offset,
        epoch,
      };
    });
    await userAck(this.scripts, { keptMs: DEVICE_KEPT_MS }, items);
  }
}

/** `=` stands for the epoch of `all`. */
function floorOf({ all, allFloor }: Opened): string {
  return allFloor.endsWith(' =') ? allFloor.slice(0, -1) + all.slice(all.indexOf(' ') + 1) : allFloor;
}
