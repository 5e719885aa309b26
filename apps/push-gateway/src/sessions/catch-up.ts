/**
 * Reads on for the followers of a session that are not live, one page at a time and only while the device takes what was
 * sent: a session that is behind costs its positions and one page, however much it missed.
 */
import type { ResetReason } from '@fanfare/contracts';
import { type PartitionKeys, type ScriptRunner, timelineRead } from '@fanfare/redis-scripts';
import { messageBytes, priorityOf } from '@fanfare/timelines';
import { messageFrame, serverFrame } from '../frames/server-frame.js';
import type { Follower, ReadAhead } from './follower.js';
import type { Session } from './session.js';

const PAGE_ENTRIES = 128;
const PAGE_BYTES = 256 * 1024;
const RETRY_MS = 500;
const URGENT = 0;

/** Of the node that reads. */
export interface CatchUpNode {
  readonly id: string;
  /** Resolves when all that was published to the node up to there has been carried out, or is known to be missing. */
  received(home: PartitionKeys, fence: string, sequence: number): Promise<void>;
}

export interface CatchUpEvents {
  onError(error: unknown): void;
}

export class CatchUp {
  private readonly running = new Set<Session>();
  private readonly retries = new Map<Session, NodeJS.Timeout>();
  pagesRead = 0;

  constructor(
    private readonly scripts: ScriptRunner,
    private readonly node: () => CatchUpNode,
    private readonly events: CatchUpEvents,
  ) {}

  /** Starts reading for the session unless that is going on already. */
  readonly pump = (session: Session): void => {
    if (!session.isConnected || this.running.has(session)) return;
    this.running.add(session);
    void this.run(session);
  };

  close(): void {
    for (const timer of this.retries.values()) clearTimeout(timer);
    this.retries.clear();
  }

  private async run(session: Session): Promise<void> {
    try {
      await this.readOn(session);
    } catch (error) {
      this.events.onError(error);
      this.again(session);
    } finally {
      this.running.delete(session);
    }
  }

  private async readOn(session: Session): Promise<void> {
    while (!session.isClosed) {
      if (session.isBehind) {
        session.behindSince ??= performance.now();
        await session.transport.drained();
        continue;
      }
      session.behindSince = undefined;
      const follower = session.nextToCatchUp();
      if (!follower) break;
      await this.step(follower);
    }
    if (session.isClosed || session.isSynced) return;
    session.isSynced = true;
    session.transport.send(serverFrame('synced', {}));
  }

  private async step(follower: Follower): Promise<void> {
    const { timeline, epoch, sent } = follower;
    const frames = follower.ahead ? undefined : timeline.framesAfter(epoch, sent);
    if (frames) return this.sendTail(follower, frames);
    const ahead = follower.ahead ?? (await this.readPage(follower));
    follower.ahead = undefined;
    // Unfollowed while the page was read, also where it was followed anew since; or held for a repair.
    if (follower.session.followers.get(timeline.name) !== follower || follower.isHeld) return;
    if (!ahead) {
      follower.isLive = !timeline.isAhead(follower.epoch, follower.sent);
      return;
    }
    this.sendPage(follower, ahead);
    follower.isLive = ahead.reached >= ahead.head && !timeline.isAhead(follower.epoch, follower.sent);
  }

  private sendTail(follower: Follower, frames: ReturnType<typeof follower.timeline.framesAfter> & object): void {
    const { session, timeline } = follower;
    const now = Date.now();
    for (const { offset, frame, expiresAt, isUrgent } of frames) {
      if (session.isBehind) return;
      follower.sent = offset;
      const isCurrent = expiresAt === 0 || expiresAt > now;
      if (isCurrent && offset > follower.floor) session.deliver(frame, timeline, isUrgent);
    }
    follower.forgetRetracted();
    follower.isLive = true;
  }

  private sendPage(follower: Follower, { epoch, from, reset, reached, entries }: ReadAhead): void {
    const { timeline, session } = follower;
    if (reset !== '') {
      const reason = reset as ResetReason;
      session.transport.send(serverFrame('reset', { timeline: timeline.name, epoch, from, reason }), timeline);
    }
    follower.tellRetracted(epoch, from);
    for (const { offset, entry } of entries) {
      if (follower.isRetracted(epoch, offset)) continue;
      const frame = messageFrame(timeline.name, offset, epoch, messageBytes(entry));
      session.deliver(frame, timeline, priorityOf(entry) === URGENT);
    }
    follower.epoch = epoch;
    follower.sent = reached;
    follower.forgetRetracted();
  }

  /**
   * undefined where the timeline does not exist (yet). Of a group nothing is handed on before the leavings that precede it
   * have been carried out: they come on the link, which a page may overtake.
   */
  private async readPage({ timeline, position, floor }: Follower): Promise<ReadAhead | undefined> {
    const { home, log, state } = timeline.keys;
    const node = this.node();
    this.pagesRead += 1;
    const reply = await timelineRead(
      this.scripts,
      { part: home.part, log, state, links: home.links },
      { node: node.id, position, floor, limit: PAGE_ENTRIES, maxBytes: PAGE_BYTES },
    );
    if (reply.status !== 'OK') return undefined;
    if (timeline.kind === 'group') await node.received(home, reply.fence, reply.sequence);
    return reply;
  }

  /** Redis could not be read: tried again while the session lasts. */
  private again(session: Session): void {
    if (session.isClosed || this.retries.has(session)) return;
    const timer = setTimeout(() => {
      this.retries.delete(session);
      this.pump(session);
    }, RETRY_MS);
    this.retries.set(session, timer);
  }
}
