/**
 * The metrics of one service, in a registry of its own: Node's defaults, script calls, HTTP requests, and whatever the
 * service adds. Names begin with `fanfare_`; labels never hold an id of a customer.
 */
import { Counter, collectDefaultMetrics, Gauge, Registry } from 'prom-client';
import { Durations, type Series } from './durations.js';

/** Those of Node's metrics that walk all open handles or file descriptors at each scrape: 50 ms with 10,000 sessions. */
const COST_GROWS_WITH_HANDLES = [
  'nodejs_active_handles',
  'nodejs_active_handles_total',
  'nodejs_active_requests',
  'nodejs_active_requests_total',
  'nodejs_active_resources',
  'nodejs_active_resources_total',
  'process_open_fds',
];

export class Metrics {
  readonly registry = new Registry();
  private readonly scriptCalls = this.durations('fanfare_script_call_seconds', 'Script calls, retries included');
  private readonly byScript = new Map<string, Series>();
  private readonly requests = this.durations('fanfare_http_request_seconds', 'HTTP requests');
  private readonly byRequest = new Map<string, Series>();
  private readonly events = this.counter('fanfare_events_total', 'Domain events, by what became of them', [
    'event',
    'outcome',
  ]);

  constructor(service: string) {
    this.registry.setDefaultLabels({ service });
    collectDefaultMetrics({ register: this.registry });
    for (const name of COST_GROWS_WITH_HANDLES) this.registry.removeSingleMetric(name);
  }

  counter<L extends string = never>(name: string, help: string, labelNames: L[] = []): Counter<L> {
    return new Counter({ name, help, labelNames, registers: [this.registry] });
  }

  /** @param collect sets the gauge at each scrape */
  gauge<L extends string = never>(
    name: string,
    help: string,
    options: { labelNames?: L[]; collect?: (gauge: Gauge<L>) => void | Promise<void> } = {},
  ): Gauge<L> {
    const { labelNames = [], collect } = options;
    const gauge: Gauge<L> = new Gauge({
      name,
      help,
      labelNames,
      registers: [this.registry],
      ...(collect && { collect: () => collect(gauge) }),
    });
    return gauge;
  }

  durations(name: string, help: string): Durations {
    return new Durations(name, help, this.registry);
  }

  /** The observer of ScriptCaller. */
  readonly onScriptCall = (script: string, durationMs: number, outcome: string): void => {
    // The common outcome is found without building a key.
    const key = outcome === 'ok' ? script : `${script} ${outcome}`;
    let series = this.byScript.get(key);
    if (!series) this.byScript.set(key, (series = this.scriptCalls.series({ script, outcome })));
    series.observe(durationMs);
  };

  /** Script calls since this process began, whatever came of them. */
  scriptSums(): Map<string, { calls: number; ms: number }> {
    const sums = new Map<string, { calls: number; ms: number }>();
    for (const { labels, count, sumMs } of this.byScript.values()) {
      const { script = '' } = labels;
      const { calls, ms } = sums.get(script) ?? { calls: 0, ms: 0 };
      sums.set(script, { calls: calls + count, ms: ms + sumMs });
    }
    return sums;
  }

  onRequest(method: string, route: string, status: number, durationMs: number): void {
    const key = `${status} ${method} ${route}`;
    let series = this.byRequest.get(key);
    if (!series) this.byRequest.set(key, (series = this.requests.series({ method, route, status: String(status) })));
    series.observe(durationMs);
  }

  /** Told of each domain event that this service publishes. */
  readonly onEvent = (outcome: string, event: string): void => this.events.inc({ event, outcome });

  get contentType(): string {
    return this.registry.contentType;
  }

  page(): Promise<string> {
    return this.registry.metrics();
  }
}
