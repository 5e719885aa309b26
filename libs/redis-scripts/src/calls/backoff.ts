// Waiting before a repetition: doubling up to half a second, with jitter so that callers do not come back together.
const FIRST_MS = 10;
const MOST_MS = 500;

export function backoffMs(attempt: number): number {
  return Math.ceil(Math.min(MOST_MS, FIRST_MS * 2 ** Math.min(attempt, 10)) * (0.5 + Math.random() / 2));
}
