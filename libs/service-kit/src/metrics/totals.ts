/**
 * What all services count together, for operators: how often each script was called and how long that took, and whatever
 * a service adds. Each process counts in memory and adds it up in Redis about once a second, in one call; a process that
 * dies takes its last second with it, and what was added while Redis was cut off may count twice.
 */
import { type Keyspace, type ScriptRunner, totalsAdd, totalsRead } from '@fanfare/redis-scripts';
import { type BeforeApplicationShutdown, Injectable, Logger, type OnApplicationBootstrap } from '@nestjs/common';
import type { Loops } from '../supervision/loops.js';
import type { Metrics } from './metrics.js';

export interface ScriptTotal {
  readonly calls: number;
  readonly micros: number;
}

export interface TotalsNow {
  /** ms */
  readonly since: number;
  readonly counts: ReadonlyMap<string, number>;
  readonly scripts: ReadonlyMap<string, ScriptTotal>;
}

const ADD_EVERY_MS = 1000;
const CALLS = 'calls/';
const MICROS = 'micros/';
/** Counting what counts would keep a service that stands still busy. */
const OWN = 'totals/add';

@Injectable()
export class Totals implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly logger = new Logger('Totals');
  /** Since this process began. */
  private readonly counted = new Map<string, number>();
  private readonly added = new Map<string, number>();
  private isTroubled = false;

  constructor(
    private readonly scripts: ScriptRunner,
    private readonly keys: Keyspace,
    private readonly metrics: Pick<Metrics, 'scriptSums'>,
    private readonly loops: Loops,
  ) {}

  /** @param name one of a few that are fixed: each is a field in Redis for good */
  count(name: string, amount = 1): void {
    this.counted.set(name, (this.counted.get(name) ?? 0) + amount);
  }

  async read(): Promise<TotalsNow> {
    const { now, sums } = await totalsRead(this.scripts, { totals: this.keys.totals });
    const counts = new Map(sums.map(({ name, sum }) => [name, Number(sum)]));
    const scripts = [...counts].flatMap(([name, calls]): [string, ScriptTotal][] => {
      if (!name.startsWith(CALLS)) return [];
      const script = name.slice(CALLS.length);
      return [[script, { calls, micros: counts.get(MICROS + script) ?? 0 }]];
    });
    return { since: counts.get('since') ?? now, counts, scripts: new Map(scripts) };
  }

  onApplicationBootstrap(): void {
    this.loops.every(ADD_EVERY_MS, 'totals', () => this.add());
  }

  /** What is counted after this is lost. */
  beforeApplicationShutdown(): Promise<void> {
    return this.add();
  }

  private async add(): Promise<void> {
    const items = this.news();
    if (items.length === 0) return;
    try {
      await totalsAdd(this.scripts, { totals: this.keys.totals }, items);
      for (const { name, amount } of items) this.added.set(name, (this.added.get(name) ?? 0) + amount);
      this.isTroubled = false;
    } catch (error) {
      if (!this.isTroubled) this.logger.warn(`counts are added later: ${(error as Error).message}`);
      this.isTroubled = true;
    }
  }

  private news(): { name: string; amount: number }[] {
    for (const [script, { calls, ms }] of this.metrics.scriptSums()) {
      if (script === OWN) continue;
      this.counted.set(CALLS + script, calls);
      this.counted.set(MICROS + script, Math.round(ms * 1000));
    }
    return [...this.counted].flatMap(([name, total]) => {
      const amount = total - (this.added.get(name) ?? 0);
      return amount === 0 ? [] : [{ name, amount }];
    });
  }
}
