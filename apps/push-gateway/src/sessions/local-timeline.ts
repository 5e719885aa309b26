/**
 * A timeline as this node holds it: who follows it here, and its newest frames, built once and shared by all sessions.
 *
 * A follower is live (has everything up to the newest frame, and gets the next one) or catching up (gets nothing pushed,
 * and reads on from where it is: from the tail kept here where that reaches, from Redis where not). A follower that can't
 * be given a frame falls back to catching up, whatever the reason: it was slow, something was missed, the epoch changed.
 */
import type { TimelineKind } from '@fanfare/contracts';
import type { TimelineKeys } from '@fanfare/redis-scripts';
import type { Follower } from './follower.js';

export interface TailFrame {
  readonly offset: number;
  readonly frame: Buffer;
  /** ms, 0 for never */
  readonly expiresAt: number;
  readonly isUrgent: boolean;
}

const TAIL_FRAMES = 128;
const TAIL_BYTES = 128 * 1024;
/** What stands in the tail for a message that was retracted: passed over as one that has expired. */
const NOTHING = Buffer.alloc(0);
const LONG_AGO = 1;

export class LocalTimeline {
  readonly followers = new Set<Follower>();
  /** Users of this node that follow it, by number of sessions. */
  readonly users = new Map<string, number>();
  private tail: TailFrame[] = [];
  private tailBytes = 0;
  private tailEpoch = '';

  constructor(
    readonly name: string,
    readonly kind: TimelineKind,
    readonly id: string,
    readonly keys: TimelineKeys,
  ) {}

  add(follower: Follower): void {
    this.followers.add(follower);
    const { user } = follower.session;
    this.users.set(user, (this.users.get(user) ?? 0) + 1);
  }

  remove(follower: Follower): void {
    if (!this.followers.delete(follower)) return;
    const { user } = follower.session;
    const left = (this.users.get(user) ?? 1) - 1;
    if (left === 0) this.users.delete(user);
    else this.users.set(user, left);
  }

  /** Hands a new frame to every follower that is live and has the one before; the others catch up. */
  push(epoch: string, entry: TailFrame): void {
    this.keep(epoch, entry);
    for (const follower of this.followers) follower.offer(epoch, entry);
  }

  /** The frame of that offset is served no more; followers who have it are told with `notice`. */
  retract(epoch: string, offset: number, notice: Buffer): void {
    const first = this.tail[0];
    const at = first && this.tailEpoch === epoch ? offset - first.offset : -1;
    const kept = this.tail[at];
    if (kept) {
      this.tailBytes -= kept.frame.length;
      this.tail[at] = { offset, frame: NOTHING, expiresAt: LONG_AGO, isUrgent: false };
    }
    for (const follower of this.followers) follower.retract(epoch, offset, notice);
  }

  /** Whether something came live that a follower at this position does not have. */
  isAhead(epoch: string, sent: number): boolean {
    const last = this.tail.at(-1);
    if (!last) return false;
    if (this.tailEpoch === epoch) return last.offset > sent;
    return epochNumber(this.tailEpoch) > epochNumber(epoch);
  }

  /** The frames after `offset`, or undefined where the tail does not reach back so far. */
  framesAfter(epoch: string, offset: number): readonly TailFrame[] | undefined {
    const first = this.tail[0];
    if (this.tailEpoch !== epoch || !first || first.offset > offset + 1) return undefined;
    return this.tail.slice(offset + 1 - first.offset);
  }

  /** Something may be missing behind the newest frame: followers have to read on from Redis. */
  forgetTail(): void {
    this.tail = [];
    this.tailBytes = 0;
  }

  private keep(epoch: string, entry: TailFrame): void {
    const last = this.tail.at(-1);
    const isNext = last !== undefined && this.tailEpoch === epoch && entry.offset === last.offset + 1;
    if (!isNext) {
      this.forgetTail();
      this.tailEpoch = epoch;
    }
    this.tail.push(entry);
    this.tailBytes += entry.frame.length;
    while (this.tail.length > TAIL_FRAMES || (this.tailBytes > TAIL_BYTES && this.tail.length > 1)) {
      this.tailBytes -= this.tail.shift()?.frame.length ?? 0;
    }
  }
}

/** Epochs begin with a number that grows; what follows makes them unique. */
const epochNumber = (epoch: string): number => Number.parseInt(epoch, 10) || 0;
