// Has a fresh token sent before the old one ends: at four fifths of its life, or a minute before its end where that is
// later. A source that fails is asked again; where it never answers in time, the gateway ends the session with 4401.
import type { UserToken } from './user-token.js';

const MARGIN_MS = 60_000;
const LEAST_MS = 1000;
/** The longest that timers wait. */
const MOST_MS = 2 ** 31 - 1;

export class TokenRefresh {
  private timer: ReturnType<typeof setTimeout> | undefined;

  constructor(private readonly refresh: () => unknown) {}

  /** @param usedMs of its life: opening a session may have taken a while */
  plan({ lifeMs }: UserToken, usedMs = 0): void {
    if (lifeMs === undefined) return;
    const leftMs = lifeMs - usedMs;
    this.after(Math.max(leftMs * 0.8, leftMs - MARGIN_MS));
  }

  after(ms: number): void {
    this.stop();
    this.timer = setTimeout(this.refresh, Math.min(Math.max(ms, LEAST_MS), MOST_MS));
  }

  stop(): void {
    clearTimeout(this.timer);
  }
}
