// Finds a Redis (or Valkey) server, 7.0 or newer, in the way that leaves the system as it was: on PATH; else the
// distribution's packages unpacked in `.fanfare/`; else a container; else one clear instruction. What it found is written
// to `.fanfare/redis-server.json`, where tests read it.
import { renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { stateFolder } from './paths.mjs';
import { findInPackages } from './redis-from-packages.mjs';
import { findInDocker } from './redis-in-docker.mjs';
import { findOnPath } from './redis-on-path.mjs';
import { OLDEST_MAJOR } from './redis-version.mjs';
import { Trouble } from './trouble.mjs';

/**
 * How to start a server: `spawn(command, [...args, ...yours], { env: { ...process.env, ...env } })`.
 * @typedef {object} RedisServer
 * @property {string} command
 * @property {string[]} args
 * @property {Record<string, string>} env added to the environment
 * @property {string} version
 * @property {string} from where it was found, for people
 */

/**
 * @returns {Promise<RedisServer>}
 * @throws {Trouble} with an instruction, when there is none
 */
export async function findRedis() {
  const found = await search();
  writeRecord(found);
  return found;
}

/** @returns {Promise<RedisServer>} */
async function search() {
  const onPath = await findOnPath();
  if (onPath.found) return onPath.found;
  const inPackages = await findInPackages();
  if (inPackages.found) return inPackages.found;
  const inDocker = await findInDocker();
  if (inDocker) return inDocker;
  const tooOld = onPath.tooOld.length > 0 ? `too old: ${onPath.tooOld.join(', ')}` : 'none on PATH';
  throw new Trouble(
    `No Redis ${OLDEST_MAJOR}.0 or newer was found (${tooOld}; packages: ${inPackages.why}; no Docker engine runs). ` +
      'Install redis-server or valkey-server, or start Docker, or set FANFARE_REDIS_URL to a Redis of yours.',
  );
}

/** @param {RedisServer} server */
function writeRecord(server) {
  const file = join(stateFolder(), 'redis-server.json');
  const draft = `${file}.${process.pid}`;
  writeFileSync(draft, `${JSON.stringify(server, null, 2)}\n`);
  renameSync(draft, file);
}
