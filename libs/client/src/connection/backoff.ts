// How long to wait before the next attempt: exponential with full jitter, so that many clients do not come back together
// (https://aws.amazon.com/blogs/architecture/exponential-backoff-and-jitter/).

export interface RetryOptions {
  /** The first wait is between 0 and this; each further one up to twice as long as the one before. Default: 500. */
  readonly baseMs?: number;
  /** No wait is longer. Default: 30,000. */
  readonly capMs?: number;
}

const LATER_STEPS = 3;

export class Backoff {
  readonly capMs: number;
  private readonly baseMs: number;
  private failures = 0;

  constructor(
    { baseMs = 500, capMs = 30_000 }: RetryOptions = {},
    private readonly random: () => number = Math.random,
  ) {
    this.baseMs = baseMs;
    this.capMs = capMs;
  }

  /** @param isLater asked to keep away: some steps further at least, and never less than half of it */
  nextMs(isLater = false): number {
    if (isLater) this.failures = Math.max(this.failures, LATER_STEPS);
    const ceiling = Math.min(this.capMs, this.baseMs * 2 ** Math.min(this.failures, 30));
    this.failures += 1;
    return Math.round(isLater ? (ceiling * (1 + this.random())) / 2 : ceiling * this.random());
  }

  reset(): void {
    this.failures = 0;
  }
}
