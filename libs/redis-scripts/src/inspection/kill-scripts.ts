// SCRIPT KILL on every primary, over connections that can be made while Redis is busy: what else connects first asks for
// things that a busy Redis refuses.
import { Redis } from 'ioredis';
import { clientOptions, placeOptions } from '../connection/client-options.js';
import { type Address, parseRedisUrl, type RedisTarget } from '../connection/url.js';
import { BusyProbe, busyOptions, type KillAnswer } from '../watchdog/busy-probe.js';

export interface KillResult {
  readonly address: string;
  readonly answer: KillAnswer | 'unreachable';
  /** Why it could not be reached. */
  readonly why?: string;
  /** SHA-1 of what was ended, where the slow log has it. */
  readonly sha1?: string;
}

/** @throws RedisSetupError for a URL that is none */
export async function killScripts(url: string, timeoutMs = 3000): Promise<KillResult[]> {
  const target = parseRedisUrl(url);
  const places = target.kind === 'cluster' ? await clusterPlaces(target, timeoutMs) : target.addresses.slice(0, 1);
  return Promise.all(places.map((place) => killAt(target, place, timeoutMs)));
}

/** The primaries as some node tells that is not busy; where none does, the nodes that the URL names. */
async function clusterPlaces(target: RedisTarget, timeoutMs: number): Promise<Address[]> {
  for (const place of target.addresses) {
    const slots = await withConnection(target, place, timeoutMs, (redis) => redis.call('CLUSTER', 'SLOTS')).catch(
      () => undefined,
    );
    if (!Array.isArray(slots)) continue;
    const hosts = (slots as [number, number, [string | null, number]][]).map(([, , [host, port]]) => {
      return [`${host || place.host}:${port}`, { host: host || place.host, port }] as const;
    });
    return [...new Map(hosts).values()];
  }
  return target.addresses;
}

async function killAt(target: RedisTarget, place: Address, timeoutMs: number): Promise<KillResult> {
  const address = target.kind === 'sentinel' ? (target.sentinelName ?? '') : `${place.host}:${place.port}`;
  try {
    return await withConnection(target, place, timeoutMs, async (redis) => {
      const probe = new BusyProbe(redis);
      const answer = await probe.kill();
      if (answer !== 'killed') return { address, answer };
      while (await probe.isBusy()) continue; // it ends at its next step
      const [slow] = await probe.slowScripts();
      return { address, answer, ...(slow?.sha1 !== undefined && { sha1: slow.sha1 }) };
    });
  } catch (error) {
    return { address, answer: 'unreachable', why: (error as Error).message };
  }
}

async function withConnection<T>(
  target: RedisTarget,
  place: Address,
  timeoutMs: number,
  use: (redis: Redis) => Promise<T>,
): Promise<T> {
  const options = { ...clientOptions(target, ''), ...placeOptions(target, place), ...busyOptions };
  const redis = new Redis({ ...options, retryStrategy: () => null, connectTimeout: timeoutMs });
  let last: Error | undefined;
  redis.on('error', (error) => (last = error)); // connect() says only that it is closed
  const late = new Promise<never>((_, reject) => {
    const timer = setTimeout(() => reject(last ?? new Error(`no answer within ${timeoutMs} ms`)), timeoutMs);
    redis.once('end', () => clearTimeout(timer));
  });
  late.catch(() => undefined);
  try {
    const connected = redis.connect().catch((error: Error) => Promise.reject(last ?? error));
    return await Promise.race([connected.then(() => use(redis)), late]);
  } finally {
    redis.disconnect();
  }
}
