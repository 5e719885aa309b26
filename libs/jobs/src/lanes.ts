/**
 * Lanes: the priority classes of jobs. Urgent jobs always come first; the turns of the others go round by weight, so that
 * none of them starves, however full the ones before it are.
 */
import { PRIORITIES, type Priority } from '@fanfare/contracts';

export const LANES = PRIORITIES;

/** Ten turns. */
const TURNS: readonly Priority[] = [
  'high',
  'normal',
  'high',
  'high',
  'bulk',
  'high',
  'normal',
  'high',
  'high',
  'normal',
];

export class LaneOrder {
  private turn = 0;

  /** In which order to look for the next job. */
  next(): readonly Priority[] {
    const first = TURNS[this.turn % TURNS.length] ?? 'normal';
    this.turn += 1;
    return ['urgent', first, ...LANES.filter((lane) => lane !== 'urgent' && lane !== first)];
  }
}
