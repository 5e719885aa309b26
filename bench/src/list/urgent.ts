/** Urgent messages, one every few milliseconds, whatever the ones before took: how long each is on its way to its 202. */
import type { ApiClient } from '@fanfare/testing';

const EVERY_MS = 5;

export interface Urgent {
  /** By performance.now() */
  readonly sentAt: number;
  readonly ms: number;
}

/** Until that promise is settled. */
export async function urgentLatencies(api: ApiClient, { until }: { until: Promise<unknown> }): Promise<Urgent[]> {
  const latencies: Urgent[] = [];
  const open = new Set<Promise<void>>();
  let number = 0;
  const send = async (): Promise<void> => {
    const start = performance.now();
    const answer = await api.publish({ to: { user: `urgent-${number++ % 50}` }, payload: 1, priority: 'urgent' });
    if (answer.status !== 202) throw new Error(`an urgent message was answered with ${answer.status}`);
    latencies.push({ sentAt: start, ms: performance.now() - start });
  };
  const timer = setInterval(() => {
    const sent = send().finally(() => open.delete(sent));
    open.add(sent);
  }, EVERY_MS);
  try {
    await until;
  } finally {
    clearInterval(timer);
  }
  await Promise.all(open);
  return latencies;
}

export function percentile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? NaN;
}
