/** How a message ended for this process; what metrics count. */
export type Outcome =
  | 'handled'
  | 'failed' // the handler threw, or answered an error
  | 'taken_over' // begun here although another replica had begun it before
  | 'expired' // its caller did not wait any more; not begun
  | 'given_up' // begun too often
  | 'unknown_pattern'
  | 'malformed'
  | 'dropped'; // too many events at once

/** @param pattern only of handlers that exist, so that it may be a label */
export type Observe = (outcome: Outcome, pattern: string, durationMs: number) => void;
