// What the services say of themselves, summed over all processes there were, the dead ones with what they said last.
import type { Slot } from './slot.js';

const EVERY_MS = 1000;
const DEADLINE_MS = 900;

export class Metrics {
  /** By process and series. */
  private readonly last = new Map<string, number>();
  private readonly timer: NodeJS.Timeout;

  constructor(private readonly slots: readonly Slot[]) {
    this.timer = setInterval(() => void this.read(), EVERY_MS);
  }

  async read(): Promise<void> {
    await Promise.all(this.slots.filter(({ isHealthy }) => isHealthy).map((slot) => this.readOne(slot)));
  }

  /** Of all series of that name which have all those labels. */
  total(name: string, ...labels: string[]): number {
    let sum = 0;
    for (const [series, value] of this.last) {
      const isOne = series.includes(` ${name}{`) || series.endsWith(` ${name}`);
      if (isOne && labels.every((label) => series.includes(label))) sum += value;
    }
    return sum;
  }

  stop(): void {
    clearInterval(this.timer);
  }

  private async readOne({ url, pid }: Slot): Promise<void> {
    const text = await fetch(`${url}/metrics`, { signal: AbortSignal.timeout(DEADLINE_MS) })
      .then((answer) => answer.text())
      .catch(() => '');
    for (const line of text.split('\n')) {
      const space = line.lastIndexOf(' ');
      if (!line.startsWith('fanfare_') || space < 0) continue;
      const series = `${pid} ${line.slice(0, space)}`;
      this.last.set(series, Math.max(this.last.get(series) ?? 0, Number(line.slice(space + 1))));
    }
  }
}
