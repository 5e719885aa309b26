/** Says how far a job has come: while it runs about once a second, and at its end. Whoever is told must not be waited for. */
import type { ListProgress } from './list-progress.js';

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
    private readonly job: string,
    /** The total of a filtered audience grows. */
    private readonly progress: Pick<ListProgress, 'total'>,
    private readonly tell: (report: JobReport) => void = () => undefined,
  ) {}

  /** To be called after each checkpoint; a job that is done within a second tells nothing but its end. */
  running(done: number): void {
    const now = performance.now();
    if (now - this.toldAt < EVERY_MS) return;
    this.toldAt = now;
    this.report('running', done);
  }

  done(): void {
    this.report('done', this.progress.total);
  }

  failed(done: number, error: string): void {
    this.report('failed', done, error);
  }

  private report(state: JobReport['state'], done: number, error?: string): void {
    const { total } = this.progress;
    this.tell({ job: this.job, state, done, total, ...(error !== undefined && { error }) });
  }
}
