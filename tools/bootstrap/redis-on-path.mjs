// The first way to a Redis server: one that is installed already.
import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';
import { isRecentEnough, versionOf } from './redis-version.mjs';

const NAMES = ['redis-server', 'valkey-server'];

/**
 * Look through PATH for a server that is recent enough.
 * @param {string} [path]
 * @returns {Promise<{ found?: import('./redis.mjs').RedisServer, tooOld: string[] }>}
 */
export async function findOnPath(path = process.env['PATH'] ?? '') {
  const tooOld = [];
  for (const command of candidates(path)) {
    const version = await versionOf(command);
    if (version === undefined) continue;
    if (isRecentEnough(version)) return { found: { command, args: [], env: {}, version, from: 'PATH' }, tooOld };
    tooOld.push(`${command} is ${version}`);
  }
  return { tooOld };
}

/** @param {string} path */
function candidates(path) {
  const folders = path.split(delimiter).filter((folder) => folder !== '');
  return NAMES.flatMap((name) => folders.map((folder) => join(folder, name))).filter(isExecutable);
}

/** @param {string} file */
function isExecutable(file) {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
