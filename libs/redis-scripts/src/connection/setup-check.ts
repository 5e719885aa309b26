// Whether a server can be used as it is set up: new enough, and never throwing away what was accepted. What only makes a
// trouble last longer is warned of.
import type { Redis } from 'ioredis';
import { RedisSetupError } from '../errors.js';

/** `#!lua` flags came with 7.0: https://redis.io/docs/latest/develop/programmability/eval-intro/#eval-flags */
const OLDEST_MAJOR = 7;
const KEEPS_EVERYTHING = 'noeviction';
/** Beyond it a script that runs away takes a good part of the 5 s that calls may wait; deploy/redis.conf has 500. */
const LONGEST_SILENCE_MS = 1000;

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
  const silence = busyWarning(await configured(redis, 'busy-reply-threshold'));
  if (silence !== undefined) onWarning(`${address} ${silence}`);
}

/** What to warn of, if anything: while a script runs nobody gets an answer until the threshold; 0 is never. */
function busyWarning(value: string | undefined): string | undefined {
  const advice = 'set it to 500 ms, so that a script that runs away is noticed and ended before calls time out';
  if (value === undefined) return `does not tell its busy-reply-threshold: ${advice}`;
  const ms = Number(value);
  return ms > 0 && ms <= LONGEST_SILENCE_MS ? undefined : `has busy-reply-threshold ${value}: ${advice}`;
}

/** Valkey says 7.2.4 in `redis_version` for compatibility. */
function serverVersion(info: string): string {
  return field(info, 'redis_version') ?? '0';
}

/** INFO has it since 2.8; a service that hides it there may still answer CONFIG GET. */
async function evictionPolicy(redis: Redis, info: string): Promise<string | undefined> {
  return field(info, 'maxmemory_policy') ?? configured(redis, 'maxmemory-policy');
}

/** undefined where a service hides it. */
async function configured(redis: Redis, name: string): Promise<string | undefined> {
  const answer = await redis.config('GET', name).catch((error: Error) => {
    if (error.name !== 'ReplyError') throw error; // it was not said by Redis
    return [];
  });
  const found: unknown = Array.isArray(answer) ? answer[1] : undefined;
  return typeof found === 'string' ? found : undefined;
}

function field(info: string, name: string): string | undefined {
  return new RegExp(`^${name}:(.*?)\\r?$`, 'm').exec(info)?.[1];
}
