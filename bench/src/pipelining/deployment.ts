/**
 * What publishing is measured on: a Redis with a core of its own, and on the other cores whatever publishes (a process
 * that does so through the library, redis-benchmark, or an api). The load on an api runs beside Redis.
 */
import { type AppendOnly, newCredentials, type Service, startRedis, startService } from '@fanfare/testing';
import { Keyspace } from '@fanfare/redis-scripts';
import { LOAD_CORES, onAllCores, pin, SERVER_CORE } from '../cores.js';
import { Children } from '../load/children.js';
import { PARTITIONS } from '../publishing/in-process.js';
import type { FromPublisher, RunOrder, RunResult, ToPublisher } from '../publishing/orders.js';
import { RedisStats } from '../redis-stats.js';

const PROCESS = new URL('../publishing/publisher-process.js', import.meta.url);

export interface Deployment {
  readonly port: number;
  readonly url: string;
  readonly stats: RedisStats;
  readonly keys: Keyspace;
  readonly api: Service;
  readonly adminKey: string;
  publish(order: Pick<RunOrder, 'way' | 'seconds' | 'most'> & { readonly group?: string }): Promise<RunResult>;
  stop(): Promise<void>;
}

/** Within `besideLoad`. */
export async function deploy(aof: AppendOnly): Promise<Deployment> {
  // A rewrite of the log takes a core: it would fall into one row and not into another.
  const redis = await startRedis({ mode: 'single', appendonly: aof, args: ['--auto-aof-rewrite-percentage', '0'] });
  for (const { pid } of redis.servers) if (pid !== undefined) pin(pid, SERVER_CORE);
  const { port, url } = redis;
  const { adminKey, tokenSecret } = newCredentials();
  const env = { FANFARE_REDIS_URL: url, FANFARE_ADMIN_KEY: adminKey, FANFARE_TOKEN_SECRET: tokenSecret };
  const api = await onAllCores(() => startService('api', { ...env, LOG_LEVEL: 'warn' }));
  if (api.pid !== undefined) pin(api.pid, LOAD_CORES);
  const stats = new RedisStats(port);
  const children = Children.start<ToPublisher, FromPublisher>(PROCESS, 1);
  return {
    ...{ port, url, stats, api, adminKey, keys: new Keyspace('default', PARTITIONS) },
    publish: async (order) => {
      const run = { ...order, port, partitions: PARTITIONS };
      const [result] = await children.ask<'result', RunResult>('result', () => ({ run }));
      if (!result) throw new Error('a publisher answered nothing');
      return result;
    },
    stop: async () => {
      children.stop();
      stats.close();
      await api.stop();
      await redis.stop();
    },
  };
}
