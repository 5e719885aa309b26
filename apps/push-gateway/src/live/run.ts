/**
 * Messages of one timeline that come right after each other are handed to its followers together: a session is looked at
 * once for all of them, and not once for each, which is what a burst to many sessions costs besides writing.
 *
 * A run ends with the chunk that was read from the link, with a message of another timeline, or when it is long; and
 * before anything else is carried out, so that everything keeps its order.
 */
import type { Deliveries } from '../sessions/session.js';
import type { LocalTimeline } from '../sessions/local-timeline.js';
import type { TailFrame } from '../sessions/tail.js';

/** Bounds what a session is sent before it is looked at again. */
const [MAX_FRAMES, MAX_BYTES] = [64, 64 * 1024];

export class Run {
  private timeline: LocalTimeline | undefined;
  private epoch = '';
  private entries: TailFrame[] = [];
  private bytes = 0;

  /** @param deliveries counts what is sent to sessions */
  constructor(private readonly deliveries: Deliveries) {}

  add(timeline: LocalTimeline, epoch: string, entry: TailFrame): void {
    const isFull = this.entries.length >= MAX_FRAMES || this.bytes >= MAX_BYTES;
    if (isFull || this.timeline !== timeline || this.epoch !== epoch) this.end();
    if (this.entries.length === 0) queueMicrotask(this.end);
    this.timeline = timeline;
    this.epoch = epoch;
    this.entries.push(entry);
    this.bytes += entry.frame.length;
  }

  /** Hands out what has come. */
  readonly end = (): void => {
    const { timeline, entries } = this;
    if (!timeline || entries.length === 0) return;
    this.timeline = undefined;
    this.entries = [];
    this.bytes = 0;
    this.deliveries.count += timeline.hand(this.epoch, entries);
  };
}
