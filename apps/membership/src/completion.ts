/** Completes changes of membership that a process began and did not live to end. */
import { Memberships } from '@fanfare/groups';
import { Loops, Metrics } from '@fanfare/service-kit';
import { Inject, Injectable, type OnApplicationBootstrap } from '@nestjs/common';

const EVERY_MS = 10_000;

@Injectable()
export class Completion implements OnApplicationBootstrap {
  private readonly completed;

  constructor(
    @Inject(Memberships) private readonly memberships: Memberships,
    private readonly loops: Loops,
    metrics: Metrics,
  ) {
    this.completed = metrics.counter('fanfare_memberships_completed_total', 'Changes that another process had begun');
  }

  onApplicationBootstrap(): void {
    this.loops.every(EVERY_MS, 'completion of memberships', async () => {
      this.completed.inc(await this.memberships.completePending());
    });
  }
}
