/**
 * Messages of one timeline that are handed to its followers together: what each of them is asked is worked out once, and
 * so are the bytes for those who take all of it.
 */
import { FrameBatch } from '../frames/frame-batch.js';
import type { TailFrame } from './tail.js';

export class FrameRun {
  /** The first offset; NaN where not each is the successor of the one before, so that nobody takes all of it unseen. */
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
    const first = entries[0]?.offset ?? NaN;
    this.first = entries.every(({ offset }, index) => offset === first + index) ? first : NaN;
    this.last = entries.at(-1)?.offset ?? NaN;
    this.batch = entries.reduce((batch, { frame, isUrgent }) => batch.with(frame, lane, isUrgent), FrameBatch.empty());
  }
}
