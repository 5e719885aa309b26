/** Completes what a process began and did not live to end; what goes on here when the service stops is left to others. */
import { Deletions, PendingChanges } from '@fanfare/groups';
import { Loops, Metrics } from '@fanfare/service-kit';
import { Inject, Injectable, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';

const EVERY_MS = 10_000;

@Injectable()
export class Completion implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly completed;

  constructor(
    @Inject(PendingChanges) private readonly pending: PendingChanges,
    @Inject(Deletions) private readonly deletions: Deletions,
    private readonly loops: Loops,
    metrics: Metrics,
  ) {
    this.completed = metrics.counter('fanfare_memberships_completed_total', 'Changes that another process had begun');
  }

  onApplicationBootstrap(): void {
    this.loops.every(EVERY_MS, 'completion of memberships', async () => {
      this.completed.inc(await this.pending.complete());
    });
  }

  onModuleDestroy(): Promise<void> {
    return this.deletions.close();
  }
}
