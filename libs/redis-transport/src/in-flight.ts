/** What this replica is handling: how much more it may take, and when nothing is left. */
export interface InFlightEntry {
  readonly stream: string;
  readonly id: string;
}

export class InFlight {
  private readonly entries = new Map<string, InFlightEntry>();
  private waiting: (() => void)[] = [];

  constructor(private readonly limit: number) {}

  get free(): number {
    return Math.max(0, this.limit - this.entries.size);
  }

  get size(): number {
    return this.entries.size;
  }

  /** false where it is being handled here already */
  add(entry: InFlightEntry): boolean {
    const key = keyOf(entry);
    if (this.entries.has(key)) return false;
    this.entries.set(key, entry);
    return true;
  }

  remove(entry: InFlightEntry): void {
    this.entries.delete(keyOf(entry));
    const waiting = this.waiting;
    this.waiting = [];
    for (const wake of waiting) wake();
  }

  /** Ids by stream. */
  byStream(): Map<string, string[]> {
    const streams = new Map<string, string[]>();
    for (const { stream, id } of this.entries.values()) streams.set(stream, [...(streams.get(stream) ?? []), id]);
    return streams;
  }

  async whenFree(): Promise<void> {
    while (this.free === 0) await this.nextRemoval();
  }

  async whenEmpty(): Promise<void> {
    while (this.entries.size > 0) await this.nextRemoval();
  }

  private nextRemoval(): Promise<void> {
    return new Promise((resolve) => this.waiting.push(resolve));
  }
}

const keyOf = ({ stream, id }: InFlightEntry): string => `${stream} ${id}`;
