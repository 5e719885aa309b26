/**
 * One open connection of a user's device on this node.
 *
 * States: opening (registered, its start is being read), catching up, live (every follower is), closed. From live it
 * falls back to catching up whenever it can't take a frame; nothing is kept for it meanwhile but its positions.
 */
import { randomUUID } from 'node:crypto';
import { userTimeline } from '@fanfare/contracts';
import { Follower } from './follower.js';
import type { LocalTimeline } from './local-timeline.js';
import type { Transport } from './transport.js';

export interface SessionLimits {
  /** Unsent bytes above which the session takes no live messages. */
  readonly highWaterBytes: number;
}

/** Messages written to the sessions of this node, since the process began. */
export interface Deliveries {
  count: number;
}

export class Session {
  readonly id = randomUUID();
  readonly followers = new Map<string, Follower>();
  /** Attaching to groups that is going on, so that what is told of a group meanwhile waits for it; undefined for none. */
  attaching: Map<string, Promise<unknown>> | undefined;
  isClosed = false;
  /** The start has been told with `connected`; before that nothing else may be sent. */
  isConnected = false;
  isSynced = false;
  /** Since when it has not taken what was sent, monotonic ms; undefined while it keeps up. */
  behindSince: number | undefined;

  constructor(
    readonly user: string,
    readonly device: string,
    readonly transport: Transport,
    private readonly limits: SessionLimits,
    private readonly pump: (session: Session) => void,
    private readonly deliveries: Deliveries = { count: 0 },
  ) {}

  /** A message, which counts as delivered; as `Transport.send`. */
  deliver(frame: Buffer, lane: object | undefined, isUrgent: boolean): void {
    this.deliveries.count += 1;
    this.transport.send(frame, lane, isUrgent);
  }

  get isBehind(): boolean {
    return this.transport.pendingBytes > this.limits.highWaterBytes;
  }

  follow(timeline: LocalTimeline): Follower {
    const known = this.followers.get(timeline.name);
    if (known) return known;
    const follower = new Follower(this, timeline);
    this.followers.set(timeline.name, follower);
    timeline.add(follower);
    return follower;
  }

  unfollow(name: string): Follower | undefined {
    const follower = this.followers.get(name);
    this.followers.delete(name);
    follower?.timeline.remove(follower);
    return follower;
  }

  /** Reads on for every follower that is not live; returns at once. */
  catchUp(): void {
    if (!this.isClosed) this.pump(this);
  }

  /** The next follower to read on for: the own timeline, then groups, then `all`. */
  nextToCatchUp(): Follower | undefined {
    let next: Follower | undefined;
    for (const follower of this.followers.values()) {
      if (follower.isLive || follower.isHeld || follower.isAttaching) continue;
      if (follower.timeline.name === userTimeline(this.user)) return follower;
      if (!next || (next.timeline.kind === 'all' && follower.timeline.kind !== 'all')) next = follower;
    }
    return next;
  }
}
