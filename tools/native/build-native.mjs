// One C file into one library that Node loads. Node-API alone is used, so that it serves every version of Node.
import { spawnSync } from 'node:child_process';
import { mkdirSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';

const FOLDER = join('apps', 'push-gateway', 'native');
const FLAGS = ['-std=c11', '-O2', '-Wall', '-Wextra', '-shared', '-fPIC'];
/** Symbols of Node are found when it loads the library; macOS has to be told so. */
const OF_PLATFORM = process.platform === 'darwin' ? ['-undefined', 'dynamic_lookup'] : [];

/**
 * @param {string} root of the workspace
 * @returns {{ built: string, why?: undefined } | { built?: undefined, why: string }} what was built, or why nothing was;
 *   what an earlier build left is gone then
 */
export function buildNative(root) {
  const built = join(FOLDER, 'dist', 'write-each.node');
  rmSync(join(root, built), { force: true });
  if (process.platform === 'win32') return { why: 'it is not there for Windows' };
  mkdirSync(join(root, FOLDER, 'dist'), { recursive: true });
  const files = ['-o', join(root, built), join(root, FOLDER, 'write-each.c')];
  const { error, status, stderr } = spawnSync('cc', [...FLAGS, ...OF_PLATFORM, '-I', headers(), ...files], {
    encoding: 'utf8',
  });
  if (error) return { why: 'there is no C compiler `cc` (Debian: the packages gcc and libc6-dev)' };
  return status === 0 ? { built } : { why: `the compiler said: ${stderr.trim()}` };
}

/** @returns {string} */
const headers = () => createRequire(import.meta.url)('node-api-headers').include_dir;
