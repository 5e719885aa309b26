/** Redis as a service needs it at its start: reachable, fit for use, and set up with the same number of partitions. */
import {
  connectRedis,
  type Keyspace,
  partitionClaim,
  type RedisConnection,
  RedisSetupError,
  type ScriptRunner,
  UnavailableError,
} from '@fanfare/redis-scripts';
import { Logger } from '@nestjs/common';
import { StartError } from '../bootstrap/start-error.js';

/** An attempt to connect fails several times a second. */
const REPEAT_MS = 5000;
/** A service that starts together with its Redis waits so long for it. */
const REACHABLE_WITHIN_MS = 30_000;

/** @throws StartError where Redis can't be reached for 30 s, or must not be used */
export async function openRedis(url: string, name: string, withinMs = REACHABLE_WITHIN_MS): Promise<RedisConnection> {
  const logger = new Logger('Redis');
  const onWarning = oncePer(REPEAT_MS, (message) => logger.warn(message));
  try {
    return await connectRedis(url, { name: `fanfare-${name}`, timeoutMs: withinMs, onWarning });
  } catch (error) {
    if (error instanceof RedisSetupError) throw new StartError(setupLine(error), { cause: error });
    if (!(error instanceof UnavailableError)) throw error;
    const why = (error.cause as Error | undefined)?.message ?? error.message;
    const message = `the Redis of FANFARE_REDIS_URL cannot be reached within ${withinMs / 1000} s: ${why}`;
    throw new StartError(message, { cause: error });
  }
}

/** Passes the same text on once in a while only. */
function oncePer(ms: number, tell: (text: string) => void): (text: string) => void {
  const toldAt = new Map<string, number>();
  return (text) => {
    const now = Date.now();
    if (now - (toldAt.get(text) ?? 0) < ms) return;
    if (toldAt.size > 100) toldAt.clear(); // texts differ by address; there are few
    toldAt.set(text, now);
    tell(text);
  };
}

function setupLine(error: RedisSetupError): string {
  return error.problem === 'url' ? `FANFARE_REDIS_URL: ${error.message}` : error.message;
}

/** @throws StartError where the keys in this Redis were laid out for another number of partitions */
export async function claimPartitions(scripts: ScriptRunner, keys: Keyspace): Promise<void> {
  const { config, partitions } = keys;
  const reply = await partitionClaim(scripts, { config }, { partitions });
  if (reply.status === 'OK') return;
  throw new StartError(
    `FANFARE_PARTITIONS is ${partitions}, but app "${keys.app}" was set up with ${reply.partitions} partitions in this Redis; ` +
      'the number cannot be changed later',
  );
}
