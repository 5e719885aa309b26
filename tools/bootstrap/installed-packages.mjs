// Compares what npm says it has installed (its hidden lock file in node_modules) with what the lock file asks for.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/**
 * @typedef {{ version?: string, link?: boolean, resolved?: string, optional?: boolean, peer?: boolean }} LockedPackage
 */

/**
 * Is every package of the lock file installed in its version? Optional ones may be missing: most belong to other systems.
 * @param {string} root
 */
export function matchesInstalled(root) {
  const wanted = packagesIn(join(root, 'package-lock.json'));
  const installed = packagesIn(join(root, 'node_modules', '.package-lock.json'));
  if (!wanted || !installed) return false;
  return Object.entries(wanted)
    .filter(([path]) => path.includes('node_modules/'))
    .every(([path, entry]) => isSame(entry, installed[path]));
}

/**
 * @param {LockedPackage} wanted
 * @param {LockedPackage | undefined} installed
 */
function isSame(wanted, installed) {
  if (!installed) return wanted.optional === true;
  return wanted.link === true ? installed.link === true : installed.version === wanted.version;
}

/**
 * @param {string} file
 * @returns {Record<string, LockedPackage> | undefined}
 */
function packagesIn(file) {
  try {
    return JSON.parse(readFileSync(file, 'utf8')).packages;
  } catch {
    return undefined;
  }
}
