/**
 * What a device can do with its connection, whatever the transport: connect, acknowledge, read, page its inbox, close.
 * Every session that was registered is undone exactly once when its connection ends, also in the middle of opening.
 */
import {
  closeCodes,
  type ConnectData,
  type EverythingRead,
  type InboxData,
  type InboxPage,
  position as positionSchema,
  type ReadData,
  type ServerFrames,
} from '@fanfare/contracts';
import type { SessionRegistry } from '@fanfare/roster';
import type { Identity } from '@fanfare/service-kit';
import type { ReadCursors } from '@fanfare/timelines';
import { serverFrame } from '../frames/server-frame.js';
import { FrameError } from '../frames/frame-error.js';
import type { GatewayNode } from '../node/gateway-node.js';
import type { AckStore } from './ack-store.js';
import type { CatchUp } from './catch-up.js';
import type { GroupFollower } from './group-follower.js';
import type { InboxPages } from './inbox-pages.js';
import { Session } from './session.js';
import type { SessionHub } from './session-hub.js';
import { refuse, type ResumePositions, type SessionOpener } from './session-opener.js';
import type { Transport } from './transport.js';

export interface DeviceSessionsOptions {
  readonly highWaterBytes: number;
  readonly graceMs: number;
  readonly pingMs: number;
}

export interface DeviceSessionsParts {
  readonly hub: SessionHub;
  readonly opener: SessionOpener;
  readonly catchUp: CatchUp;
  readonly acks: AckStore;
  readonly groups: GroupFollower;
  readonly registry: SessionRegistry;
  readonly cursors: ReadCursors;
  readonly inbox: InboxPages;
  readonly node: GatewayNode;
  readonly onError: (what: string, error: unknown) => void;
}

export class DeviceSessions {
  private readonly opening = new WeakMap<Session, Promise<unknown>>();

  constructor(
    private readonly parts: DeviceSessionsParts,
    private readonly options: DeviceSessionsOptions,
  ) {}

  /**
   * Opens a session and tells the device where it stands; then it catches up.
   *
   * @param onSession is called before anything is awaited, so that the owner of the connection can close it meanwhile
   */
  async connect(
    transport: Transport,
    identity: Identity,
    data: ConnectData,
    onSession: (session: Session) => void,
  ): Promise<void> {
    const { catchUp, hub, node } = this.parts;
    const device = identity.device ?? data.device ?? '';
    const session = new Session(identity.user, device, transport, this.options, catchUp.pump, hub.deliveries);
    onSession(session);
    if (!node.isOpen) return transport.close(closeCodes.tryLater, 'the gateway is not ready');
    const opening = this.open(session, resumePositions(data.resume, transport));
    this.opening.set(session, opening);
    try {
      await opening;
    } finally {
      this.opening.delete(session);
    }
  }

  /** @throws FrameError ack_ahead for an offset that this session was not sent; nothing of the frame is then taken */
  acknowledge(session: Session, offsets: Readonly<Record<string, number>>): void {
    const named = Object.entries(offsets);
    for (const [timeline, offset] of named) {
      const follower = session.followers.get(timeline);
      if (!follower || offset <= follower.sent) continue;
      throw new FrameError('ack_ahead', `${timeline}: ${offset} was not sent on this session`);
    }
    for (const [timeline, offset] of named) {
      const epoch = session.followers.get(timeline)?.epoch ?? '';
      if (offset > 0 && epoch !== '') this.parts.acks.note(session, timeline, offset, epoch);
    }
  }

  /** Moves the user's read cursor; their other sessions are told. */
  async read(session: Session, data: ReadData): Promise<ServerFrames['read'] | EverythingRead> {
    if ('everything' in data) return this.parts.cursors.readEverything(session.user, session.id);
    const moved = await this.parts.cursors.readIn(session.user, data, session.id);
    return { timeline: data.timeline, ...moved };
  }

  inbox(session: Session, data: InboxData): Promise<InboxPage> {
    return this.parts.inbox.page(session, data);
  }

  /** Undoes what opening did. Never rejects: what could not be undone here is undone when the node's lease ends. */
  async close(session: Session): Promise<void> {
    if (session.isClosed) return;
    session.isClosed = true;
    await this.opening.get(session)?.catch(() => undefined);
    const { hub, groups, acks, registry, node, onError } = this.parts;
    const abandoned = hub.remove(session);
    const home = hub.keys.homeOf('user', session.user);
    if (!hub.hasUser(session.user)) hub.noteReleased(home, `user\t${session.user}`);
    if (!node.isOpen) return;
    try {
      await acks.flushSession(session);
      await Promise.all([
        registry.close(session.user, session.id, node.id, this.options.graceMs),
        ...abandoned.map((timeline) => groups.interest.release(timeline)),
      ]);
    } catch (error) {
      onError('a session could not be closed in Redis', error);
    }
  }

  private async open(session: Session, resume: ResumePositions): Promise<void> {
    const { opener, node } = this.parts;
    const { transport, user, device, id } = session;
    const timelines = await opener.open(session, resume);
    if (session.isClosed) return;
    if (!Array.isArray(timelines)) return refuse(session, timelines);
    await node.reportSessions();
    const unread = timelines.reduce((sum, timeline) => sum + timeline.unread, 0);
    const pingSeconds = this.options.pingMs / 1000;
    const connected = { session: id, user, ...(device === '' ? {} : { device }), pingSeconds, unread, timelines };
    transport.send(serverFrame('connected', connected));
    session.isConnected = true;
    session.catchUp();
  }
}

/** A malformed position is answered and treated as absent. */
function resumePositions(resume: ConnectData['resume'], transport: Transport): ResumePositions {
  const positions = new Map<string, string>();
  for (const [timeline, value] of Object.entries(resume ?? {})) {
    const parsed = positionSchema.safeParse(value);
    if (parsed.success) {
      positions.set(timeline, `${parsed.data.offset} ${parsed.data.epoch}`);
      continue;
    }
    const message = `the position of ${JSON.stringify(timeline)} is not {offset, epoch}; it is ignored`;
    transport.send(serverFrame('error', { code: 'bad_resume', message }));
  }
  return positions;
}
