/**
 * Messages of one timeline that are handed to its followers together: what each of them is asked is worked out once, and
 * so are the bytes for those who take all of it.
 */
import { FrameBatch } from '../frames/frame-batch.js';
import type { TailFrame } from './tail.js';

export class FrameRun {
  /** The first offset; NaN where one is missing in between, so that nobody takes all of it. */
  readonly first: number;
  readonly last: number;
  readonly batch: FrameBatch;

  /**
   * @param entries at least one, in their order
   * @param lane the timeline
   * @param isLast nothing else is handed out in this turn of the event loop
   */
  constructor(
    readonly entries: readonly TailFrame[],
    lane: object,
    readonly isLast: boolean,
  ) {
    const [first, last] = [entries[0]?.offset ?? NaN, entries.at(-1)?.offset ?? NaN];
    this.first = last - first + 1 === entries.length ? first : NaN;
    this.last = last;
    this.batch = entries.reduce((batch, { frame, isUrgent }) => batch.with(frame, lane, isUrgent), FrameBatch.empty());
  }
}
