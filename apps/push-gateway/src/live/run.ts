/**
 * Messages of one timeline that come right after each other are handed to its followers together: a session is looked at
 * once for all of them, and not once for each, which is what a burst to many sessions costs besides writing.
 *
 * A run ends with the turn of the event loop, with a message of another timeline, or when it is long; and before anything
 * else that comes is carried out, so that everything keeps its order. What ends with the turn need not wait for others in
 * front of the sockets, and is written while each session is looked at: most of what a delivery costs besides the system
 * call is what it touches in memory, and that is touched once then.
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
  private isDue = false;

  /** @param deliveries counts what is sent to sessions */
  constructor(private readonly deliveries: Deliveries) {}

  add(timeline: LocalTimeline, epoch: string, entry: TailFrame): void {
    const isFull = this.entries.length >= MAX_FRAMES || this.bytes >= MAX_BYTES;
    if (isFull || this.timeline !== timeline || this.epoch !== epoch) this.end();
    if (this.entries.length === 0 && !this.isDue) setImmediate(this.endTurn);
    this.isDue = true;
    this.timeline = timeline;
    this.epoch = epoch;
    this.entries.push(entry);
    this.bytes += entry.frame.length;
  }

  /** Hands out what has come. @param isLast nothing else is handed out in this turn of the event loop */
  end(isLast = false): void {
    const { timeline, entries } = this;
    if (!timeline || entries.length === 0) return;
    this.timeline = undefined;
    this.entries = [];
    this.bytes = 0;
    this.deliveries.count += timeline.hand(this.epoch, entries, isLast);
  }

  private readonly endTurn = (): void => {
    this.isDue = false;
    this.end(true);
  };
}
