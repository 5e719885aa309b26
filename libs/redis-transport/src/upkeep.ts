/**
 * What a replica does four times in `claimAfterMs`: renews its claim on what it handles, takes over what others have not
 * renewed, asks Redis for the time; and now and then removes consumers of replicas that are gone.
 */
import type { ClaimedEntry, ConsumerGroup } from './consumer-group.js';
import type { InFlight } from './in-flight.js';
import type { RedisClock } from './redis-clock.js';

export interface UpkeepOptions {
  readonly claimAfterMs: number;
  readonly forgetAfterMs: number;
  readonly onClaimed: (entry: ClaimedEntry) => void;
}

export class Upkeep {
  private timer: NodeJS.Timeout | undefined;
  private underway: Promise<void> = Promise.resolve();
  private isStopped = false;
  private mayClaim = true;
  private forgotAt = performance.now();

  constructor(
    private readonly group: ConsumerGroup,
    private readonly running: InFlight,
    private readonly clock: RedisClock,
    private readonly options: UpkeepOptions,
  ) {
    this.again();
  }

  /** Nothing is claimed any more, but what is under way is still renewed until `stop`. */
  claimNoMore(): void {
    this.mayClaim = false;
  }

  async stop(): Promise<void> {
    this.isStopped = true;
    clearTimeout(this.timer);
    await this.underway;
  }

  private again(): void {
    this.timer = setTimeout(() => {
      // What fails now is done the next time; whether Redis can be reached is told elsewhere.
      this.underway = this.round()
        .catch(() => undefined)
        .then(() => {
          if (!this.isStopped) this.again();
        });
    }, this.options.claimAfterMs / 4);
  }

  private async round(): Promise<void> {
    await this.group.renew(this.running.byStream());
    await this.clock.sync(this.group.redis());
    const { free } = this.running;
    if (this.mayClaim && free > 0) {
      const claimed = await this.group.claim(this.options.claimAfterMs, free);
      claimed.forEach(this.options.onClaimed);
    }
    if (performance.now() - this.forgotAt < this.options.forgetAfterMs / 4) return;
    this.forgotAt = performance.now();
    await this.group.forget(this.options.forgetAfterMs);
  }
}
