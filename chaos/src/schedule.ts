// Which fault strikes when: made from the seed and the length of the run alone, so that the same seed gives the same
// schedule. Every kind has its turn before any has the next one, in an order that differs from round to round.
import { Random } from './random.js';

export const faultKinds = [
  'kill-api',
  'kill-gateway',
  'kill-worker',
  'kill-presence',
  'kill-membership',
  'kill-redis',
  'cut-links',
  'slow-links',
  'stop-and-continue',
  'script-flush',
  'client-kill',
  'aof-rewrite',
  'slow-readers',
  'reconnect-storm',
] as const;

export type FaultKind = (typeof faultKinds)[number];

export interface PlannedFault {
  /** ms after the load began */
  readonly atMs: number;
  readonly kind: FaultKind;
  /** Which of several it is; the fault takes the remainder. */
  readonly pick: number;
  /** How long what can last lasts. */
  readonly forMs: number;
}

export interface RunLength {
  readonly seed: number;
  readonly ms: number;
}

/** Before the first and after the last: the load is to be steady, and what was struck is to come back under it. */
const MARGIN_MS = 3000;
const USUAL_GAP_MS = 3750;
const SHORTEST_MS = 500;
const LONGEST_MS = 7000;

/** Every kind at least once, however short the run is. */
export function schedule({ seed, ms }: RunLength): PlannedFault[] {
  const random = new Random(seed);
  const span = Math.max(0, ms - 2 * MARGIN_MS);
  const rounds = Math.max(1, Math.floor(span / (USUAL_GAP_MS * faultKinds.length)));
  const kinds = Array.from({ length: rounds }, () => random.shuffled(faultKinds)).flat();
  const gap = span / kinds.length;
  return kinds.map((kind, index) => ({
    atMs: Math.round(MARGIN_MS + gap * index + random.between(0, Math.floor(gap / 2))),
    kind,
    pick: random.between(0, 1_000_000),
    forMs: random.between(SHORTEST_MS, Math.min(LONGEST_MS, Math.max(SHORTEST_MS, Math.floor(ms / 10)))),
  }));
}
