// Tells a process from a later one that was given the same pid: a pid with its start time is never used twice.
import { execFileSync } from 'node:child_process';
import { readFileSync, readdirSync } from 'node:fs';

/**
 * When a process started, in whatever form the system tells it; `undefined` if it does not run.
 * @param {number} pid
 * @returns {string | undefined}
 */
export function startTimeOf(pid) {
  if (process.platform === 'linux') return startTimeOnLinux(pid);
  try {
    return execFileSync('ps', ['-o', 'lstart=', '-p', String(pid)], { encoding: 'utf8' }).trim() || undefined;
  } catch {
    return undefined;
  }
}

/** @param {number} pid */
function startTimeOnLinux(pid) {
  const stat = statOf(pid);
  return stat && !stat.hasEnded ? stat.startTime : undefined;
}

/**
 * Fields 3 (state), 5 (process group) and 22 (start time) of /proc/<pid>/stat, counted after the name, which may hold
 * spaces; see proc(5).
 * @param {number | string} pid
 */
function statOf(pid) {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return { hasEnded: fields[0] === 'Z' || fields[0] === 'X', group: Number(fields[2]), startTime: fields[19] };
  } catch {
    return undefined;
  }
}

/**
 * The running processes of a process group (Linux only).
 * @param {number} group
 * @returns {number[]}
 */
export function groupMembers(group) {
  const pids = readdirSync('/proc').filter((name) => /^\d+$/.test(name));
  return pids.map(Number).filter((pid) => {
    const stat = statOf(pid);
    return stat !== undefined && stat.group === group && !stat.hasEnded;
  });
}

/**
 * @typedef {{ pid: number, startTime: string | undefined }} Identity
 * @param {number} pid
 * @returns {Identity}
 */
export const identify = (pid) => ({ pid, startTime: startTimeOf(pid) });

/**
 * Is exactly this process still there?
 * @param {Identity} identity
 */
export function isRunning({ pid, startTime }) {
  const now = startTimeOf(pid);
  return now !== undefined && now === startTime;
}
