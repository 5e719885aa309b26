/** What is looked at while a storm goes on: how long Redis takes to answer, and how deep the gateway's line is. */
import { Redis } from 'ioredis';
import { scrape } from '../load/metrics.js';

const [PING_EVERY_MS, LOOK_EVERY_MS] = [10, 100];

export interface Seen {
  readonly pingMs: readonly number[];
  readonly deepest: number;
  readonly waitSeconds: number;
}

/** Looks until `until` is settled. */
export async function watching(port: number, gatewayUrl: string, until: Promise<unknown>): Promise<Seen> {
  let isOver = false;
  const end = until.catch(() => undefined).finally(() => (isOver = true));
  const redis = new Redis({ host: '127.0.0.1', port });
  const pingMs: number[] = [];
  const before = await waits(gatewayUrl);
  let deepest = 0;
  const pings = (async () => {
    while (!isOver) {
      const start = performance.now();
      await redis.ping();
      pingMs.push(performance.now() - start);
      await pause(PING_EVERY_MS);
    }
  })();
  while (!isOver) {
    deepest = Math.max(deepest, (await scrape(gatewayUrl))('fanfare_gateway_connects_waiting'));
    await pause(LOOK_EVERY_MS);
  }
  await Promise.all([end, pings]);
  redis.disconnect();
  const { sum, count } = await waits(gatewayUrl);
  return { pingMs, deepest, waitSeconds: (sum - before.sum) / (count - before.count) };
}

async function waits(gatewayUrl: string): Promise<{ sum: number; count: number }> {
  const figure = await scrape(gatewayUrl);
  const of = (kind: string): number => figure(`fanfare_gateway_connect_wait_seconds_${kind}`);
  return { sum: of('sum'), count: of('count') };
}

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));
