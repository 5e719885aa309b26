// Whether a server can be used as it is set up: new enough, and never throwing away what was accepted.
import type { Redis } from 'ioredis';
import { RedisSetupError } from '../errors.js';

/** `#!lua` flags came with 7.0: https://redis.io/docs/latest/develop/programmability/eval-intro/#eval-flags */
const OLDEST_MAJOR = 7;
const KEEPS_EVERYTHING = 'noeviction';

/**
 * @param onWarning is told what could not be checked
 * @throws RedisSetupError
 */
export async function checkSetup(redis: Redis, address: string, onWarning: (message: string) => void): Promise<void> {
  const info = await redis.info();
  const version = serverVersion(info);
  if (Number.parseInt(version, 10) < OLDEST_MAJOR) {
    throw new RedisSetupError('version', `Redis at ${address} is ${version}; Fanfare needs 7.0 or newer`);
  }
  const policy = await evictionPolicy(redis, info);
  if (policy === undefined) onWarning(`${address} does not tell its maxmemory-policy: make sure that it is noeviction`);
  else if (policy !== KEEPS_EVERYTHING) {
    const message = `Redis at ${address} has maxmemory-policy ${policy} and would evict accepted messages; set it to noeviction`;
    throw new RedisSetupError('eviction', message);
  }
}

/** Valkey says 7.2.4 in `redis_version` for compatibility. */
function serverVersion(info: string): string {
  return field(info, 'redis_version') ?? '0';
}

/** INFO has it since 2.8; a service that hides it there may still answer CONFIG GET. */
async function evictionPolicy(redis: Redis, info: string): Promise<string | undefined> {
  const policy = field(info, 'maxmemory_policy');
  if (policy !== undefined) return policy;
  const answer = await redis.config('GET', 'maxmemory-policy').catch(() => []);
  const found: unknown = Array.isArray(answer) ? answer[1] : undefined;
  return typeof found === 'string' ? found : undefined;
}

function field(info: string, name: string): string | undefined {
  return new RegExp(`^${name}:(.*?)\\r?$`, 'm').exec(info)?.[1];
}
