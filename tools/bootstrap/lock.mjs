// One at a time among the processes of this machine: two commands started at once do not both install.
// The lock is a file that names its holder; that of a process that has ended is taken over, so a crash blocks nobody.
import { linkSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { stateFolder } from './paths.mjs';
import { identify, isRunning } from './process-identity.mjs';
import { say } from './say.mjs';

const POLL_MS = 200;
const ABANDONED_MS = 10_000;

/** @typedef {import('./process-identity.mjs').Identity} Identity */

/**
 * Run `work` while holding the lock of that name; waits, and says for whom, while another process holds it.
 * @template T
 * @param {string} name
 * @param {() => Promise<T>} work
 * @returns {Promise<T>}
 */
export async function withLock(name, work) {
  const lock = await waitForLock(name);
  try {
    return await work();
  } finally {
    lock.release();
  }
}

/** @param {string} name */
async function waitForLock(name) {
  let told = false;
  for (;;) {
    const lock = await holdLock(name);
    if ('release' in lock) return lock;
    if (!told) say(`Waiting for process ${lock.holder.pid}, which is busy with the same step (${name}) …`);
    told = true;
    await pause(POLL_MS);
  }
}

/**
 * Take a lock until this process ends or releases it.
 * @param {string} name
 * @returns {Promise<{ release: () => void } | { holder: Identity }>} the holder, when it is another process
 */
export async function holdLock(name) {
  const file = lockFile(name);
  for (;;) {
    const holder = take(file);
    if (holder === 'us') return { release: () => rmSync(file, { force: true }) };
    if (holder) return { holder };
    await pause(POLL_MS);
  }
}

/** @param {string} name */
const lockFile = (name) => join(stateFolder('locks'), name);

/**
 * @param {string} file
 * @returns {'us' | Identity | undefined} who holds it now; undefined when that was just changing: try again
 */
function take(file) {
  if (tryTake(file)) return 'us';
  const holder = readHolder(file);
  if (!holder || isRunning(holder)) return holder;
  removeAbandoned(file);
  return undefined;
}

/**
 * A link appears with its content or not at all, which creating and then writing does not guarantee.
 * @param {string} file
 */
function tryTake(file) {
  const draft = `${file}.${process.pid}`;
  writeFileSync(draft, JSON.stringify(identify(process.pid)));
  try {
    linkSync(draft, file);
    return true;
  } catch (error) {
    if (/** @type {NodeJS.ErrnoException} */ (error).code === 'EEXIST') return false;
    throw error;
  } finally {
    rmSync(draft, { force: true });
  }
}

/**
 * @param {string} file
 * @returns {Identity | undefined} undefined when it was released meanwhile
 */
function readHolder(file) {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch {
    return undefined;
  }
}

/**
 * Only one process may remove an abandoned lock, and it looks again first: otherwise a second one could remove the lock
 * that a third has just taken.
 * @param {string} file
 */
function removeAbandoned(file) {
  const guard = `${file}.removing`;
  try {
    mkdirSync(guard);
  } catch {
    const age = Date.now() - (statSync(guard, { throwIfNoEntry: false })?.mtimeMs ?? Date.now());
    if (age > ABANDONED_MS) rmSync(guard, { recursive: true, force: true });
    return;
  }
  try {
    const holder = readHolder(file);
    if (holder && !isRunning(holder)) rmSync(file, { force: true });
  } finally {
    rmSync(guard, { recursive: true, force: true });
  }
}
