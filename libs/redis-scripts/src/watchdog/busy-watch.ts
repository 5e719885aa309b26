// Looks after one primary: whether a script keeps it busy, and for how long.
//
//   free → silent (PING is not answered) → busy (PING answers BUSY) → killed or unkillable        any → free (PONG)
//
// Time is counted in looks, not by the clock: a process that was paused itself has seen nothing. Each state is told of once
// while it lasts, and each script that was ended.
import type { Primary } from '../connection/primary.js';
import { BusyProbe } from './busy-probe.js';

export type BusyState = 'free' | 'silent' | 'busy' | 'killed' | 'unkillable';

export type BusyReport =
  /** PING is not answered: a script before the busy-reply-threshold, another slow command, or a Redis that hangs. */
  | { what: 'silent'; primary: string; forMs: number }
  | { what: 'busy'; primary: string }
  /** The script that ran had written nothing, and was ended. */
  | { what: 'killed'; primary: string; forMs: number }
  /** It has written, or is none of ours, and can't be ended; see the runbook in docs/operations.md. */
  | { what: 'unkillable'; primary: string; forMs: number; isFunction: boolean }
  /** Redis answers again. `script` is what SLOWLOG names, if it does. */
  | { what: 'over'; primary: string; forMs: number; after: BusyState; script: string | undefined };

export interface BusyWatchOptions {
  /** Between two looks. */
  readonly everyMs: number;
  /** Unanswered for so long, PING counts as `silent`. */
  readonly silentAfterMs: number;
  /** Answered with BUSY for so long, the script is ended; 0 never. */
  readonly killAfterMs: number;
  readonly nameOf: (sha1: string) => string | undefined;
  readonly onReport: (report: BusyReport) => void;
}

export class BusyWatch {
  state: BusyState = 'free';
  private readonly probe: BusyProbe;
  private readonly timer: NodeJS.Timeout;
  private isAsking = false;
  private isClosed = false;
  /** Looks since Redis last answered as usual, and those of them that were answered with BUSY. */
  private looks = 0;
  private busyLooks = 0;

  constructor(
    private readonly primary: Primary,
    private readonly options: BusyWatchOptions,
  ) {
    this.probe = BusyProbe.beside(primary);
    this.timer = setInterval(() => this.look(), options.everyMs);
  }

  close(): void {
    this.isClosed = true;
    clearInterval(this.timer);
    this.probe.close();
  }

  private look(): void {
    if (this.isAsking) return this.onSilence();
    this.isAsking = true;
    void this.ask().finally(() => (this.isAsking = false));
  }

  private onSilence(): void {
    this.looks += 1;
    if (this.state !== 'free' || this.forMs < this.options.silentAfterMs) return;
    this.state = 'silent';
    this.tell({ what: 'silent', primary: this.primary.address, forMs: this.forMs });
  }

  private async ask(): Promise<void> {
    try {
      if (await this.probe.isBusy()) await this.onBusy();
      else await this.onFree();
    } catch {
      // No connection: that is reported elsewhere. Whether it is over shows when Redis answers again.
    }
  }

  private async onBusy(): Promise<void> {
    this.looks += 1;
    this.busyLooks += 1;
    if (this.state === 'free' || this.state === 'silent') {
      this.state = 'busy';
      this.tell({ what: 'busy', primary: this.primary.address });
    }
    const { killAfterMs, everyMs } = this.options;
    // Told as unkillable it is asked again: what only read so far may be waiting to be ended, and NOTBUSY tells the end.
    if (killAfterMs > 0 && this.busyLooks * everyMs >= killAfterMs) await this.kill();
  }

  private async kill(): Promise<void> {
    const answer = await this.probe.kill();
    const { address: primary } = this.primary;
    if (answer === 'killed') {
      this.state = 'killed';
      this.busyLooks = 0; // whoever keeps it busy next has its own time
      this.tell({ what: 'killed', primary, forMs: this.forMs });
    } else if ((answer === 'unkillable' || answer === 'function') && this.state !== 'unkillable') {
      this.state = 'unkillable';
      this.tell({ what: 'unkillable', primary, forMs: this.forMs, isFunction: answer === 'function' });
    }
  }

  private async onFree(): Promise<void> {
    const { state: after, forMs } = this;
    if (after !== 'free') {
      const script = after === 'silent' ? undefined : await this.slowestName();
      this.tell({ what: 'over', primary: this.primary.address, forMs, after, script });
    }
    this.state = 'free';
    this.looks = 0;
    this.busyLooks = 0;
  }

  /** The newest of those that took longer than we have seen Redis busy at least: the one that was at it. */
  private async slowestName(): Promise<string | undefined> {
    const leastMs = Math.max(1, this.busyLooks - 1) * this.options.everyMs;
    const slow = (await this.probe.slowScripts()).find(({ durationMs }) => durationMs >= leastMs);
    if (!slow) return undefined;
    if (slow.sha1 === undefined) return 'the text of an EVAL';
    return this.options.nameOf(slow.sha1) ?? `the script ${slow.sha1}`;
  }

  private get forMs(): number {
    return this.looks * this.options.everyMs;
  }

  private tell(report: BusyReport): void {
    if (!this.isClosed) this.options.onReport(report);
  }
}
