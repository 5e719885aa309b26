// The second way to a Redis server, on Debian and Ubuntu: the distribution's own packages, unpacked under
// `.fanfare/redis/`.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { isRecentEnough, versionOf } from './redis-version.mjs';
import { libraryPath, unpackedProgram } from './unpacked-program.mjs';

/** @typedef {import('./redis.mjs').RedisServer} RedisServer */

const NAMES = ['redis-server', 'valkey-server'];

/**
 * @returns {Promise<{ found?: RedisServer, why?: string }>} the server, or why there is none in this way
 */
export function findInPackages() {
  const needs = /^(lib|lua|redis|valkey)/; // redis-server is a link into redis-tools
  return unpackedProgram({
    what: 'a Redis server',
    folder: 'redis',
    names: NAMES,
    isRecentEnough,
    needs,
    programIn: serverIn,
  });
}

/**
 * The server in an unpacked folder, if there is one that runs.
 * @param {string} folder
 * @returns {Promise<RedisServer | undefined>}
 */
async function serverIn(folder) {
  const command = NAMES.map((name) => join(folder, 'usr', 'bin', name)).find((file) => existsSync(file));
  if (command === undefined) return undefined;
  const env = libraryPath(folder);
  const version = await versionOf(command, env);
  if (version === undefined || !isRecentEnough(version)) return undefined;
  return { command, args: [], env, version, from: 'the packages of this system, unpacked in .fanfare/redis' };
}
