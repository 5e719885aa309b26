// Something that goes on beside the load until it is told to end: what it has begun by then it completes, for a while.
export abstract class Activity {
  protected isEnding = false;
  /** What is repeated until it is answered is given up. */
  protected isOver = false;
  private running: Promise<unknown> = Promise.resolve();

  /** Resolves when it has ended. @throws what went wrong in it */
  async end(graceMs: number): Promise<void> {
    this.isEnding = true;
    const timer = setTimeout(() => (this.isOver = true), graceMs);
    try {
      await this.running;
    } finally {
      clearTimeout(timer);
    }
  }

  protected begin(work: Promise<unknown>): void {
    this.running = work;
    work.catch(() => undefined); // `end` tells of it
  }
}
