// One call of one script as it is: nothing is repeated, no partition is taken, and no deadline but the connection's. For
// looking and measuring; services call wrappers.
import type { RedisConnection } from '../connection/connect.js';
import { UnavailableError } from '../errors.js';
import type { AnyScript, Reply } from '../script.js';

type Runnable = Pick<AnyScript, 'name' | 'sha1' | 'source'>;

/** @throws what Redis answers instead of a reply */
export async function runScript(
  connection: RedisConnection,
  { name, sha1, source }: Runnable,
  keys: readonly string[],
  args: readonly string[],
): Promise<Reply> {
  const redis = connection.primaries.of(keys[0] ?? '')?.redis;
  if (!redis) throw new UnavailableError(name, 'cluster');
  const call = (): Promise<unknown> => redis.callBuffer('EVALSHA', [sha1, String(keys.length), ...keys, ...args]);
  try {
    return (await call()) as Reply;
  } catch (error) {
    if (!(error as Error).message.startsWith('NOSCRIPT')) throw error;
    await redis.script('LOAD', source);
    return (await call()) as Reply;
  }
}

/** Milliseconds of a PING to where the key lives: what of a measured call is the way there and back. */
export async function pingMs(connection: RedisConnection, key: string): Promise<number> {
  const startedAt = performance.now();
  await connection.primaries.of(key)?.redis.ping();
  return performance.now() - startedAt;
}
