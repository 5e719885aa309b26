// Notices a connection that died without a word. A frame of the gateway is due at the latest a ping's time after our last
// one. Where we go on sending what is not answered (fresh tokens, acks), or this machine slept, none may have come although
// all is well: so first an answer is asked for, and only where none comes the connection is given up.

const PROBE_MS = 10_000;
const CHECK_MS = 5000;
/** The gateway looks once a second, and the network takes its time. */
const LENIENCY_MS = 2000;
const PINGS = 1.2;

export interface SilenceEvents {
  /** Ask for an answer; false where that is not possible yet. */
  readonly probe: () => boolean;
  readonly dead: () => void;
}

/** States: listening → probing (an answer was asked for) → listening or dead; over by `stop`. */
export class Silence {
  private heardAt = performance.now();
  private isProbing = false;
  private timer: ReturnType<typeof setTimeout> | undefined;

  /** @param limitMs of silence */
  constructor(
    private limitMs: number,
    private readonly events: SilenceEvents,
  ) {
    this.wait(limitMs);
  }

  /** A frame came. No timer is moved for it: there may be many. */
  heard(): void {
    this.heardAt = performance.now();
    if (!this.isProbing) return;
    this.isProbing = false;
    this.wait(this.limitMs);
  }

  expectPings(pingSeconds: number): void {
    this.limitMs = pingSeconds * 1000 * PINGS + LENIENCY_MS;
    this.wait(this.limitMs);
  }

  /** There is reason to doubt. */
  check(): void {
    if (!this.isProbing) this.probe(CHECK_MS);
  }

  stop(): void {
    clearTimeout(this.timer);
  }

  private wait(ms: number): void {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.look(), ms);
  }

  private look(): void {
    if (this.isProbing) return this.events.dead();
    const leftMs = this.heardAt + this.limitMs - performance.now();
    if (leftMs > 0) this.wait(leftMs);
    else if (!this.probe(PROBE_MS)) this.events.dead();
  }

  private probe(answerMs: number): boolean {
    if (!this.events.probe()) return false;
    this.isProbing = true;
    this.wait(answerMs);
    return true;
  }
}
