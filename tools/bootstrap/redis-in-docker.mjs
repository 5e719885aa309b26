// The third way to a Redis server: a container, where a Docker engine runs. `redis-container.mjs` then takes the place
// of the server's command, so that callers need not know.
import { fileURLToPath } from 'node:url';
import { run } from './run.mjs';

const WRAPPER = fileURLToPath(new URL('redis-container.mjs', import.meta.url));

/** @returns {Promise<import('./redis.mjs').RedisServer | undefined>} */
export async function findInDocker() {
  const { code } = await run('docker', ['info', '--format', '{{.ServerVersion}}']);
  if (code !== 0) return undefined;
  return { command: process.execPath, args: [WRAPPER], env: {}, version: 'of the image', from: 'a Docker container' };
}
