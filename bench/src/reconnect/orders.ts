/** What the benchmark and its load processes say to each other. */
export interface LoadOrder {
  readonly port: number;
  /** Tokens by user; a session for each. */
  readonly tokens: Readonly<Record<string, string>>;
  readonly groups: readonly string[];
}

/** All sessions connect; each is done when it was synced and has `expected` messages. */
export interface Round {
  readonly connect: { readonly expected: number };
}

export interface RoundResult {
  /** Of the first attempt and the last one that was caught up, ms since 1970. */
  readonly startedAt: number;
  readonly endedAt: number;
  /** ms from a session's first attempt until it was caught up. */
  readonly caughtUpMs: readonly number[];
  readonly toldToReturn: number;
  readonly brokenOff: number;
  readonly lacking: number;
  readonly disordered: number;
}

export type ToLoad = LoadOrder | Round | { readonly disconnect: true };
export type FromLoad = { ready: true } | { progress: number } | { result: RoundResult } | { disconnected: true };
