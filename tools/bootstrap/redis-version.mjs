// Which version a Redis or Valkey server binary is, and whether it will do.
import { run } from './run.mjs';

/** The oldest major version whose scripting and sharded pub/sub Fanfare uses. */
export const OLDEST_MAJOR = 7;

/**
 * Ask a binary for its version; `undefined` when it is no such server or does not run here.
 * @param {string} command
 * @param {NodeJS.ProcessEnv} [env]
 * @returns {Promise<string | undefined>}
 */
export async function versionOf(command, env = {}) {
  const { code, stdout } = await run(command, ['--version'], { env });
  return code === 0 ? versionIn(stdout) : undefined;
}

/**
 * `Redis server v=7.0.15 sha=…` and `Valkey server v=8.1.1 sha=…` → `7.0.15`, `8.1.1`
 * @param {string} text
 */
export function versionIn(text) {
  return /\bserver v=(\d+\.\d+(?:\.\d+)?)/i.exec(text)?.[1];
}

/** @param {string} version also a Debian one with an epoch, such as `5:7.0.15-1~deb12u7` */
export function isRecentEnough(version) {
  return Number.parseInt(version.replace(/^\d+:/, ''), 10) >= OLDEST_MAJOR;
}
