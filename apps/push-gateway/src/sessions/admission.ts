/**
 * The line in which connects wait for Redis. A storm of them opens so many sessions at once and no more; the others wait
 * in the order of their coming, so that nobody is overtaken and Redis keeps answering everybody else. The line is bounded
 * by number and by time: who finds it full, or waited too long, is told to come back later.
 */
export interface AdmissionLimits {
  /** Sessions that are opened at the same time. */
  readonly atOnce: number;
  /** Connects that may wait beside those. */
  readonly line: number;
  readonly waitMs: number;
}

/** `full`: the line is, or it has ended. `late`: waited too long. `left`: whoever waited is gone. */
export type Admitted = 'admitted' | 'full' | 'late' | 'left';

interface Place {
  readonly since: number;
  readonly settle: (outcome: Admitted) => void;
}

export class Admission {
  /** Oldest first, as a Map keeps its order; leaving from the middle costs nothing. */
  private readonly line = new Map<object, Place>();
  private opening = 0;
  private isEnded = false;
  /** Connects that were told to come back later. */
  refused = 0;

  /** @param onWaited is told of each that was admitted, how long it waited */
  constructor(
    private readonly limits: AdmissionLimits,
    private readonly onWaited: (ms: number) => void = () => undefined,
  ) {}

  get waiting(): number {
    return this.line.size;
  }

  get underway(): number {
    return this.opening;
  }

  /** Runs `open` when its turn comes; where it does not come, says why and does not run it. */
  async run(who: object, open: () => Promise<void>): Promise<Admitted> {
    const outcome = await this.enter(who);
    if (outcome !== 'admitted') return outcome;
    try {
      await open();
    } finally {
      this.opening -= 1;
      this.next();
    }
    return outcome;
  }

  /** Whoever waits no longer gives its place to those behind. */
  leave(who: object): void {
    const place = this.line.get(who);
    this.line.delete(who);
    place?.settle('left');
  }

  /** The gateway stops: whoever waits, or comes from now on, is sent away. What is being opened goes on. */
  end(): void {
    this.isEnded = true;
    for (const who of [...this.line.keys()]) this.sendAway(who, 'full');
  }

  /** To be called every second: sends away those who waited too long. */
  look(): void {
    const oldest = performance.now() - this.limits.waitMs;
    for (const [who, { since }] of this.line) {
      if (since > oldest) return;
      this.sendAway(who, 'late');
    }
  }

  private sendAway(who: object, outcome: 'full' | 'late'): void {
    const place = this.line.get(who);
    this.line.delete(who);
    this.refused += 1;
    place?.settle(outcome);
  }

  private enter(who: object): Promise<Admitted> {
    if (!this.isEnded && this.opening < this.limits.atOnce) {
      this.opening += 1;
      this.onWaited(0);
      return Promise.resolve('admitted');
    }
    if (this.isEnded || this.line.size >= this.limits.line) {
      this.refused += 1;
      return Promise.resolve('full');
    }
    return new Promise((settle) => this.line.set(who, { since: performance.now(), settle }));
  }

  private next(): void {
    const [first] = this.line;
    if (!first || this.opening >= this.limits.atOnce) return;
    const [who, { since, settle }] = first;
    this.line.delete(who);
    this.opening += 1;
    this.onWaited(performance.now() - since);
    settle('admitted');
  }
}
