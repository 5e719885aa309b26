// Everything a command needs before it can work, in order: dependencies, a Redis server, built services.
import { buildStale } from './build.mjs';
import { installDependencies } from './install.mjs';
import { findRedis } from './redis.mjs';

/**
 * @param {{ needsRedis?: boolean }} [options] no Redis is looked for when one is given by its address
 * @returns {Promise<import('./redis.mjs').RedisServer | undefined>}
 */
export async function prepare({ needsRedis = true } = {}) {
  await installDependencies();
  const redis = needsRedis ? await findRedis() : undefined;
  await buildStale();
  return redis;
}
