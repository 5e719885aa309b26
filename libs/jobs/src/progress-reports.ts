/** Says how far a job has come: while it runs about once a second, and at its end. Whoever is told must not be waited for. */
import type { ClaimedJob } from './job-claims.js';

export interface JobReport {
  readonly job: string;
  readonly state: 'running' | 'done' | 'failed';
  readonly done: number;
  readonly total: number;
  /** Where it failed for good: why. */
  readonly error?: string;
}

const EVERY_MS = 1000;

export class ProgressReports {
  private toldAt = performance.now();

  constructor(
    private readonly job: Pick<ClaimedJob, 'id' | 'total'>,
    private readonly tell: (report: JobReport) => void,
  ) {}

  /** To be called after each checkpoint; a job that is done within a second tells nothing but its end. */
  running(done: number): void {
    const now = performance.now();
    if (now - this.toldAt < EVERY_MS) return;
    this.toldAt = now;
    this.report('running', done);
  }

  done(): void {
    this.report('done', this.job.total);
  }

  failed(done: number, error: string): void {
    this.report('failed', done, error);
  }

  private report(state: JobReport['state'], done: number, error?: string): void {
    const { id: job, total } = this.job;
    this.tell({ job, state, done, total, ...(error !== undefined && { error }) });
  }
}
