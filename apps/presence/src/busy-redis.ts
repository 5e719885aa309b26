/**
 * Tells of scripts that keep Redis busy, in the log and in metrics, and has those ended that have written nothing. It
 * is here because one process of a deployment has to do it and this service serves nobody while it does: what it judges
 * by (nodes, leases) waits for Redis anyway. What several replicas do at once is done once, and told by each.
 */
import { type BusyReport, BusyWatchdog, RedisConnection } from '@fanfare/redis-scripts';
import { Metrics, type Settings, SETTINGS } from '@fanfare/service-kit';
import { Inject, Injectable, Logger, type OnModuleDestroy } from '@nestjs/common';

const RUNBOOK = 'see "A script that cannot be ended" in docs/operations.md';

@Injectable()
export class BusyRedis implements OnModuleDestroy {
  private readonly logger = new Logger('BusyRedis');
  private readonly watchdog: BusyWatchdog;
  private readonly seen;

  constructor(
    @Inject(RedisConnection) connection: RedisConnection,
    @Inject(SETTINGS) { busyKillMs }: Settings,
    metrics: Metrics,
  ) {
    this.seen = metrics.counter('fanfare_redis_busy_total', 'Times that a script kept Redis busy', ['what']);
    this.watchdog = new BusyWatchdog(connection, { killAfterMs: busyKillMs, onReport: (report) => this.tell(report) });
    metrics.gauge('fanfare_redis_busy', 'Whether a script keeps a primary busy', {
      labelNames: ['primary'],
      collect: (gauge) => {
        gauge.reset(); // primaries come and go
        for (const [primary, state] of this.watchdog.states) gauge.set({ primary }, state === 'free' ? 0 : 1);
      },
    });
  }

  onModuleDestroy(): void {
    this.watchdog.close();
  }

  private tell(report: BusyReport): void {
    const { what, ...more } = report;
    if (what !== 'over') this.seen.inc({ what });
    if (what === 'killed' || what === 'unkillable') this.logger.error({ msg: messageOf(report), ...more });
    else this.logger.warn({ msg: messageOf(report), ...more });
  }
}

function messageOf(report: BusyReport): string {
  switch (report.what) {
    case 'silent':
      return 'Redis does not answer: a script may have run away, or the server hangs';
    case 'busy':
      return 'a script keeps Redis busy; calls wait';
    case 'killed':
      return 'the script that kept Redis busy was ended; it had written nothing';
    case 'unkillable':
      return report.isFunction
        ? 'a function or a module, none of ours, keeps Redis busy: FUNCTION KILL may end it'
        : `the script that keeps Redis busy has written and cannot be ended: ${RUNBOOK}`;
    case 'over':
      return 'Redis answers again';
  }
}
