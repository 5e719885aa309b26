/**
 * A Prometheus histogram of durations that costs a few nanoseconds an observation: a series is looked up once by its
 * owner and counts in plain arrays. (prom-client's own validates and hashes the labels at every observation: 1 µs, which
 * at 25,000 script calls a second is 2.5 % of a core.)
 */
import type { Metric, Registry } from 'prom-client';

const BUCKETS_MS = [0.5, 1, 2.5, 5, 10, 25, 50, 100, 250, 500, 1000, 2500, 5000];

export class Series {
  readonly buckets = new Array<number>(BUCKETS_MS.length + 1).fill(0);
  sumMs = 0;

  constructor(readonly labels: Readonly<Record<string, string>>) {}

  get count(): number {
    return this.buckets.reduce((sum, inBucket) => sum + inBucket, 0);
  }

  observe(ms: number): void {
    let index = 0;
    while (index < BUCKETS_MS.length && ms > (BUCKETS_MS[index] ?? 0)) index += 1;
    this.buckets[index] = (this.buckets[index] ?? 0) + 1;
    this.sumMs += ms;
  }
}

export class Durations {
  private readonly all: Series[] = [];

  /** @param name ends in `_seconds`, Prometheus' unit */
  constructor(
    private readonly name: string,
    private readonly help: string,
    registry: Registry,
  ) {
    // The registry asks a metric for nothing but its name and its values.
    registry.registerMetric(this as unknown as Metric);
  }

  series(labels: Readonly<Record<string, string>>): Series {
    const series = new Series(labels);
    this.all.push(series);
    return series;
  }

  /** Called by the registry at each scrape. */
  get = (): Promise<unknown> =>
    Promise.resolve({
      name: this.name,
      help: this.help,
      type: 'histogram',
      aggregator: 'sum',
      values: this.all.flatMap((series) => this.values(series)),
    });

  reset(): void {
    this.all.length = 0;
  }

  private values({ labels, buckets, sumMs }: Series) {
    let count = 0;
    const cumulative = buckets.map((inBucket, index) => {
      count += inBucket;
      const bound = BUCKETS_MS[index];
      const le = bound === undefined ? '+Inf' : String(bound / 1000);
      return { metricName: `${this.name}_bucket`, labels: { ...labels, le }, value: count };
    });
    return [
      ...cumulative,
      { metricName: `${this.name}_sum`, labels, value: sumMs / 1000 },
      { metricName: `${this.name}_count`, labels, value: count },
    ];
  }
}
