/** A session's place in one timeline. */
import type { LocalTimeline, TailFrame } from './local-timeline.js';
import type { Session } from './session.js';

/** What was read of a timeline for this follower and not yet sent. */
export interface ReadAhead {
  readonly epoch: string;
  readonly head: number;
  readonly from: number;
  /** '' where nothing is left out. */
  readonly reset: string;
  readonly reached: number;
  readonly entries: readonly { offset: number; entry: Buffer }[];
}

export class Follower {
  /** Everything up to here was sent, or is not for this session. */
  sent = 0;
  epoch = '';
  /** Nothing at or below this offset is the user's. */
  floor = 0;
  /** Version of the membership by which a group is followed; 0 for other timelines. */
  version = 0;
  isLive = false;
  /** Held back until the node has registered again what it missed; then it catches up. */
  isHeld = false;
  ahead: ReadAhead | undefined;

  constructor(
    readonly session: Session,
    readonly timeline: LocalTimeline,
  ) {}

  /** Sends the frame if it is the next one here and the session keeps up; otherwise the session catches up. */
  offer(epoch: string, entry: TailFrame): void {
    if (!this.isLive) return;
    if (this.epoch === epoch && entry.offset <= this.sent) return;
    if (this.epoch !== epoch || entry.offset !== this.sent + 1 || this.session.isBehind) return this.fallBack();
    this.sent = entry.offset;
    if (entry.offset > this.floor) this.session.transport.send(entry.frame, this.timeline, entry.isUrgent);
  }

  fallBack(): void {
    this.isLive = false;
    this.session.catchUp();
  }

  get position(): string {
    return this.epoch === '' ? '' : `${this.sent} ${this.epoch}`;
  }
}
