/**
 * The loops of a worker: two that take jobs from every lane, one that takes urgent ones only (so that an urgent job never
 * waits for the end of another), and one that moves what is due into its lane.
 */
import { JobClaims, JobRunner, LaneOrder, Schedule, WakeUp } from '@fanfare/jobs';
import { Announcements } from '@fanfare/redis-transport';
import { Loops, Metrics } from '@fanfare/service-kit';
import {
  type BeforeApplicationShutdown,
  Inject,
  Injectable,
  type OnApplicationBootstrap,
  type OnApplicationShutdown,
} from '@nestjs/common';

const JOBS_AT_ONCE = 2;
/** Workers are woken; this is for wake-ups that were missed and for claims that run out. */
const LOOK_EVERY_MS = 1000;
const SCHEDULE_EVERY_MS = 200;
/** Between two runs of a loop, each of which ends with waiting. */
const NO_PAUSE_MS = 0;

type Order = Pick<LaneOrder, 'next'>;
const urgentOnly: Order = { next: () => ['urgent'] };

@Injectable()
export class Lanes implements OnApplicationBootstrap, BeforeApplicationShutdown, OnApplicationShutdown {
  private readonly outcomes;
  private readonly takeovers;

  constructor(
    @Inject(JobClaims) private readonly claims: JobClaims,
    @Inject(JobRunner) private readonly runner: JobRunner,
    @Inject(Schedule) private readonly schedule: Schedule,
    @Inject(WakeUp) private readonly wakeUp: WakeUp,
    @Inject(Announcements) private readonly announcements: Announcements,
    private readonly loops: Loops,
    metrics: Metrics,
  ) {
    const help = 'Jobs that were claimed, by what came of it: done, retry, dead, gone, lost, yielded';
    this.outcomes = metrics.counter('fanfare_jobs_total', help, ['outcome']);
    this.takeovers = metrics.counter(
      'fanfare_jobs_taken_over_total',
      'Jobs claimed that another worker had left behind',
      [],
    );
  }

  onApplicationBootstrap(): void {
    const everyLane = new LaneOrder();
    for (let number = 1; number <= JOBS_AT_ONCE; number += 1) this.take('jobs', everyLane);
    this.take('urgent jobs', urgentOnly);
    this.loops.every(SCHEDULE_EVERY_MS, 'schedule', () => this.schedule.release());
  }

  /** What the last jobs had to tell is told. */
  beforeApplicationShutdown(): Promise<void> {
    return this.announcements.whenTold();
  }

  onApplicationShutdown(): void {
    this.wakeUp.close();
  }

  /** A loop that carries out job after job, and waits where there is none. */
  private take(name: string, order: Order): void {
    this.loops.every(NO_PAUSE_MS, name, async (signal) => {
      try {
        let seen = this.wakeUp.count;
        while (!signal.aborted && (await this.one(order, signal))) seen = this.wakeUp.count;
        await this.wakeUp.wait(LOOK_EVERY_MS, signal, seen);
      } catch (error) {
        await this.wakeUp.wait(LOOK_EVERY_MS, signal);
        throw error;
      }
    });
  }

  private async one(order: Order, signal: AbortSignal): Promise<boolean> {
    const claim = await this.claims.claim(order.next());
    if (!claim) return false;
    if (claim.isTakenOver) this.takeovers.inc();
    this.outcomes.inc({ outcome: await this.runner.run(claim, signal) });
    return true;
  }
}
