// Installs the dependencies when they are missing or no longer those of the lock file. A stamp in node_modules says for
// which lock file they were installed, so the check costs one hash; two commands at once install once.
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { matchesInstalled } from './installed-packages.mjs';
import { withLock } from './lock.mjs';
import { root as checkout } from './paths.mjs';
import { lastLines, run } from './run.mjs';
import { step } from './say.mjs';
import { Trouble } from './trouble.mjs';

const OLDEST_NODE = [20, 19];

/**
 * @param {string} [root] the checkout
 * @throws {Trouble} when npm fails, or Node is too old
 */
export async function installDependencies(root = checkout) {
  refuseOldNode(process.versions.node);
  if (isCurrent(root)) return;
  await withLock('install', async () => {
    if (isCurrent(root)) return;
    await step('Installing the dependencies (npm ci)', () => install(root));
    writeStamp(root);
  });
}

/** @param {string} version */
export function refuseOldNode(version) {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  const [oldestMajor = 0, oldestMinor = 0] = OLDEST_NODE;
  if (major > oldestMajor || (major === oldestMajor && minor >= oldestMinor)) return;
  throw new Trouble(`Node ${version} is too old: Fanfare needs ${OLDEST_NODE.join('.')} or newer.`);
}

/**
 * What somebody installed by hand has no stamp, or an old one; it counts when it is what the lock file asks for.
 * @param {string} root
 */
function isCurrent(root) {
  const stamp = stampFile(root);
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === lockHash(root)) return true;
  if (!matchesInstalled(root)) return false;
  writeStamp(root);
  return true;
}

/** @param {string} root */
function writeStamp(root) {
  writeFileSync(stampFile(root), lockHash(root));
}

/** @param {string} root */
const stampFile = (root) => join(root, 'node_modules', '.fanfare-lock');

/** @param {string} root */
function lockHash(root) {
  return createHash('sha256')
    .update(readFileSync(join(root, 'package-lock.json')))
    .digest('hex');
}

/** @param {string} root */
async function install(root) {
  // Under `npm start` the same npm is used that runs us; it need not be on PATH.
  const self = process.env['npm_execpath'];
  const [command, ...first] = self?.endsWith('npm-cli.js') ? [process.execPath, self] : ['npm'];
  const outcome = await run(command, [...first, 'ci', '--no-audit', '--no-fund'], { cwd: root });
  if (outcome.code === 0) return;
  throw new Trouble(`npm ci failed: ${lastLines(outcome, 4)} — is the network there? Then run the same command again.`);
}
