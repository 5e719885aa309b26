// Child processes that leave nothing behind. Each gets a process group of its own, so a Ctrl-C at the terminal reaches
// only us, and ending the group also ends what the child has started itself (npm and nx start many).
import { spawn } from 'node:child_process';
import { setTimeout as pause } from 'node:timers/promises';
import { groupMembers } from './process-identity.mjs';

/** @typedef {import('node:child_process').ChildProcess} ChildProcess */

/** @type {Set<ChildProcess>} */
const living = new Set();
let ending = false;

/** Has this process begun to end all that it has started? What fails from then on is no news to anybody. */
export const isEnding = () => ending;

/**
 * Start a command in a process group of its own. It is known to `endAll` until its whole group has ended.
 * @param {string} command
 * @param {readonly string[]} args
 * @param {import('node:child_process').SpawnOptions} [options]
 * @returns {ChildProcess}
 */
export function spawnGroup(command, args, options = {}) {
  if (ending) throw new Error(`not started, because everything is being ended: ${command}`);
  const child = spawn(command, [...args], { ...options, detached: true });
  if (child.pid !== undefined) {
    living.add(child);
    child.once('exit', () => !groupIsAlive(child.pid ?? 0) && living.delete(child));
  }
  return child;
}

/**
 * Ask the child's group to end; what is still there after the deadline is killed. Returns when nothing is left.
 * @param {ChildProcess} child
 * @param {number} [deadlineMs]
 */
export async function endGroup(child, deadlineMs = 10_000) {
  const pid = child.pid;
  if (pid === undefined) return;
  await endGroupOf(pid, deadlineMs);
  living.delete(child);
}

/**
 * The same for a group that is known by the pid of its leader only.
 * @param {number} pid
 * @param {number} deadlineMs
 */
export async function endGroupOf(pid, deadlineMs) {
  signalGroup(pid, 'SIGTERM');
  if (await groupEnds(pid, deadlineMs)) return;
  signalGroup(pid, 'SIGKILL');
  await groupEnds(pid, 5000);
}

/** End every group that this process has started and that is still there; no other is started from now on. */
export async function endAll() {
  ending = true;
  await Promise.all([...living].map((child) => endGroup(child, 3000)));
}

/**
 * @param {number} pid
 * @param {number} withinMs
 */
async function groupEnds(pid, withinMs) {
  const deadline = Date.now() + withinMs;
  while (groupIsAlive(pid)) {
    if (Date.now() > deadline) return false;
    await pause(20);
  }
  return true;
}

/**
 * In a container whose first process does not collect orphans, ended ones stay in the table for ever: on Linux they are
 * looked at before they count.
 * @param {number} pid
 */
function groupIsAlive(pid) {
  if (!signalGroup(pid, 0)) return false;
  return process.platform !== 'linux' || groupMembers(pid).length > 0;
}

/**
 * @param {number} pid
 * @param {NodeJS.Signals | 0} signal
 * @returns {boolean} whether there was anybody to hear it
 */
function signalGroup(pid, signal) {
  try {
    process.kill(-pid, signal);
    return true;
  } catch {
    return false;
  }
}
