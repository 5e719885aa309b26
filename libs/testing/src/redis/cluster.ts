// Makes a Redis Cluster of servers that run in cluster mode: slots in equal ranges, no replicas.
import type { Redis } from 'ioredis';
import { until } from '../until.js';
import type { RedisServer } from './redis-server.js';

const slots = 16_384;
const formDeadlineMs = 30_000;

/** Introduces the servers to each other and gives out all slots; resolves when every one of them sees a whole cluster. */
export async function formCluster(servers: readonly RedisServer[]): Promise<void> {
  await withConnections(servers, async (connections) => {
    await Promise.all(
      connections.map((redis, index) => redis.call('CLUSTER', 'ADDSLOTSRANGE', ...range(index, servers))),
    );
    await Promise.all(connections.map((redis, index) => redis.call('CLUSTER', 'SET-CONFIG-EPOCH', String(index + 1))));
    const [first, ...others] = connections;
    for (const [index] of others.entries()) {
      await first?.call('CLUSTER', 'MEET', '127.0.0.1', String(servers[index + 1]?.options.port));
    }
  });
  await clusterIsWhole(servers);
}

/** After a start or restart: a primary that comes back waits 2 s before it serves. */
export async function clusterIsWhole(servers: readonly RedisServer[]): Promise<void> {
  await withConnections(servers, async (connections) => {
    const everyone = async (): Promise<boolean> => {
      const states = await Promise.all(connections.map((redis) => isWhole(redis, servers.length)));
      return states.every(Boolean);
    };
    await until(everyone, { what: 'a whole Redis Cluster', deadlineMs: formDeadlineMs });
  });
}

async function isWhole(redis: Redis, servers: number): Promise<boolean> {
  const info = String(await redis.call('CLUSTER', 'INFO'));
  return info.includes('cluster_state:ok') && info.includes(`cluster_known_nodes:${servers}`);
}

function range(index: number, servers: readonly RedisServer[]): [string, string] {
  const start = Math.floor((index * slots) / servers.length);
  const end = Math.floor(((index + 1) * slots) / servers.length) - 1;
  return [String(start), String(end)];
}

async function withConnections(
  servers: readonly RedisServer[],
  use: (connections: readonly Redis[]) => Promise<void>,
): Promise<void> {
  const connections = servers.map((server) => server.connection());
  try {
    await use(connections);
  } finally {
    for (const redis of connections) redis.disconnect();
  }
}
