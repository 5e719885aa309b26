/** A session's place in one timeline. */
import type { FrameRun } from './frame-run.js';
import type { LocalStart } from './local-start.js';
import type { LocalTimeline } from './local-timeline.js';
import type { TailFrame } from './tail.js';
import type { Session } from './session.js';
import type { FrameSink } from './transport.js';

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

/** A message that was retracted, and the frame that tells of it. */
interface Retracted {
  readonly epoch: string;
  readonly notice: Buffer;
}

/** More retractions than come while one page is on its way from Redis. */
const MAX_RETRACTED = 1024;

export class Follower {
  /** Everything up to here was sent, or is not for this session. */
  sent = 0;
  /** Nothing at or below this offset is the user's. */
  floor = 0;
  /** Version of the membership by which a group is followed; 0 for other timelines. */
  version = 0;
  isLive = false;
  /** Where the user's part of the group begins is being asked: nothing may be read for it before. */
  isAttaching = false;
  /** Held back until the node has registered again what it missed; then it catches up. */
  isHeld = false;
  ahead: ReadAhead | undefined;
  /** By offset: of what it was not sent yet, or of another epoch than it is in. */
  private retracted: Map<number, Retracted> | undefined;
  private sharedEpoch = '';
  private readonly sink: FrameSink;

  constructor(
    readonly session: Session,
    readonly timeline: LocalTimeline,
  ) {
    this.sink = session.transport.sink;
  }

  get epoch(): string {
    return this.sharedEpoch;
  }

  set epoch(epoch: string) {
    this.sharedEpoch = this.timeline.shared(epoch);
  }

  /** Where it goes on, known without reading; it catches up from there. */
  begin({ epoch, from, floor }: LocalStart, version = 0): void {
    this.epoch = epoch;
    this.sent = from;
    this.floor = floor;
    this.version = version;
  }

  /**
   * Sends those frames that are the next ones here if the session keeps up; otherwise the session catches up.
   *
   * @returns how many were sent
   */
  offer(epoch: string, run: FrameRun): number {
    if (!this.isLive) return 0;
    const { sink } = this;
    const mustFallBack = this.sharedEpoch !== epoch || (!sink.isClear && this.session.isBehind);
    const takesAll = !mustFallBack && this.sent + 1 === run.first && this.floor < run.first;
    if (!takesAll) return this.offerEach(epoch, run.entries, mustFallBack);
    this.sent = run.last;
    sink.sendAll(run.batch, run.isLast);
    return run.entries.length;
  }

  private offerEach(epoch: string, entries: readonly TailFrame[], mustFallBack: boolean): number {
    let count = 0;
    for (const { offset, frame, isUrgent } of entries) {
      if (this.sharedEpoch === epoch && offset <= this.sent) continue;
      if (mustFallBack || offset !== this.sent + 1) {
        this.fallBack();
        break;
      }
      this.sent = offset;
      if (offset <= this.floor) continue;
      this.sink.send(frame, this.timeline, isUrgent);
      count += 1;
    }
    return count;
  }

  /**
   * Whoever was sent the message is told at once. For the others it is noted, because a page that was read before may be
   * on its way here, and because only the next page says what their position stands for in a new epoch.
   */
  retract(epoch: string, offset: number, notice: Buffer): void {
    if (this.epoch === epoch && offset <= this.sent) {
      if (offset > this.floor) this.session.transport.send(notice, this.timeline);
      return;
    }
    this.retracted ??= new Map();
    this.retracted.set(offset, { epoch, notice });
    const [oldest] = this.retracted.keys();
    if (this.retracted.size > MAX_RETRACTED && oldest !== undefined) this.retracted.delete(oldest);
  }

  /** Tells what was retracted of what the device already has, which in this epoch ends at `from`. */
  tellRetracted(epoch: string, from: number): void {
    for (const [offset, one] of this.retracted ?? []) {
      if (one.epoch !== epoch || offset > from) continue;
      if (offset > this.floor) this.session.transport.send(one.notice, this.timeline);
    }
  }

  isRetracted(epoch: string, offset: number): boolean {
    return this.retracted?.get(offset)?.epoch === epoch;
  }

  /** What is read from Redis from here on has no entry for them. */
  forgetRetracted(): void {
    for (const [offset, { epoch }] of this.retracted ?? []) {
      if (epoch === this.epoch && offset <= this.sent) this.retracted?.delete(offset);
    }
    if (this.retracted?.size === 0) this.retracted = undefined;
  }

  fallBack(): void {
    this.isLive = false;
    this.session.catchUp();
  }

  get position(): string {
    return this.epoch === '' ? '' : `${this.sent} ${this.epoch}`;
  }
}
