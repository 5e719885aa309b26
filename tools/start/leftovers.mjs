// A run that was killed (SIGKILL, power) could not end its children. Which ones there were is noted in
// `.fanfare/children.json`; the next run ends those that are still there, so that their ports and data are free.
import { readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { stateFolder } from '../bootstrap/paths.mjs';
import { endGroupOf } from '../bootstrap/process-group.mjs';
import { identify, isRunning } from '../bootstrap/process-identity.mjs';

/** @typedef {import('../bootstrap/process-identity.mjs').Identity & { name: string }} Noted */

const noteFile = () => join(stateFolder(), 'children.json');

/**
 * @param {readonly { name: string, pid: number }[]} children
 * @param {string} [file]
 */
export function noteChildren(children, file = noteFile()) {
  if (children.length === 0) return rmSync(file, { force: true });
  const draft = `${file}.${process.pid}`;
  writeFileSync(draft, JSON.stringify(children.map(({ name, pid }) => ({ name, ...identify(pid) }))));
  renameSync(draft, file);
}

/**
 * The caller holds the lock of this checkout, so whatever runs from the note belongs to nobody any more.
 * @param {(line: string) => void} say
 * @param {string} [file]
 */
export async function endLeftovers(say, file = noteFile()) {
  const left = readNote(file).filter(isRunning);
  if (left.length === 0) return;
  const names = left.map(({ name, pid }) => `${name} (process ${pid})`).join(', ');
  say(`An earlier run was killed and left ${names}: ending that first`);
  await Promise.all(left.map(({ pid }) => endGroupOf(pid, 10_000)));
  noteChildren([], file);
}

/**
 * @param {string} file
 * @returns {Noted[]}
 */
function readNote(file) {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch {
    return [];
  }
}
