// Watches every primary of a connection for scripts that run away: reports them, and ends those that have written nothing.
//
// One watchdog for a deployment suffices. Several do no harm: SCRIPT KILL ends only what is over the busy-reply-threshold,
// and whoever comes second is told that nothing runs. At worst they end a second script that has run away too a little
// sooner.
import type { RedisConnection } from '../connection/connect.js';
import type { Primary } from '../connection/primary.js';
import { allScripts } from '../generated/index.js';
import type { AnyScript } from '../script.js';
import { BusyWatch, type BusyReport, type BusyState, type BusyWatchOptions } from './busy-watch.js';

export interface BusyWatchdogOptions {
  /** A script that keeps Redis busy for so long is ended, if it has written nothing; 0 for never. Default 2,000. */
  killAfterMs?: number;
  /** Between two looks at a primary. Default 250. */
  everyMs?: number;
  /** A PING that is not answered for so long is reported. Default 2,000. */
  silentAfterMs?: number;
  /** Those that can be named. Default: every script. */
  scripts?: readonly Pick<AnyScript, 'name' | 'sha1'>[];
  onReport?: (report: BusyReport) => void;
}

export class BusyWatchdog {
  private readonly watches = new Map<Primary, BusyWatch>();
  private readonly options: BusyWatchOptions;
  private readonly add = (primary: Primary): void => {
    if (!this.watches.has(primary)) this.watches.set(primary, new BusyWatch(primary, this.options));
  };
  private readonly remove = (primary: Primary): void => {
    this.watches.get(primary)?.close();
    this.watches.delete(primary);
  };

  /** @param connection its owner's; the watchdog has connections of its own to the same primaries */
  constructor(
    private readonly connection: RedisConnection,
    options: BusyWatchdogOptions = {},
  ) {
    const { killAfterMs = 2000, everyMs = 250, silentAfterMs = 2000, onReport = () => undefined } = options;
    const names = new Map((options.scripts ?? allScripts).map(({ sha1, name }) => [sha1, name]));
    this.options = { killAfterMs, everyMs, silentAfterMs, onReport, nameOf: (sha1) => names.get(sha1) };
    for (const primary of connection.primaries.all()) this.add(primary);
    connection.primaries.on('added', this.add);
    connection.primaries.on('removed', this.remove);
  }

  /** How every primary is, by its address. */
  get states(): ReadonlyMap<string, BusyState> {
    return new Map([...this.watches].map(([{ address }, { state }]) => [address, state]));
  }

  close(): void {
    this.connection.primaries.off('added', this.add);
    this.connection.primaries.off('removed', this.remove);
    for (const primary of [...this.watches.keys()]) this.remove(primary);
  }
}
