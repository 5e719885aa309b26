// Runs the tests of the tools with Node's own runner, which needs nothing installed, and counts them.
import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { root, stateFolder } from '../bootstrap/paths.mjs';
import { run } from '../bootstrap/run.mjs';
import { STEP_MS } from './count-command.mjs';

/**
 * @param {readonly string[]} files
 * @returns {Promise<import('./steps.mjs').Count>}
 */
export async function countNodeTests(files) {
  const result = join(stateFolder('tests'), 'tools.tap');
  rmSync(result, { force: true });
  const forPeople = ['--test-reporter', 'spec', '--test-reporter-destination', 'stdout'];
  const forUs = ['--test-reporter', 'tap', '--test-reporter-destination', result];
  const args = ['--test', ...forPeople, ...forUs, ...files];
  const { code } = await run(process.execPath, args, { cwd: root, show: true, withinMs: STEP_MS });
  return countIn(read(result), code);
}

/**
 * @param {string} tap
 * @param {number} code exit code of the runner
 */
export function countIn(tap, code) {
  /** @param {string} name */
  const sum = (name) => Number(new RegExp(`^# ${name} (\\d+)$`, 'm').exec(tap)?.[1] ?? 0);
  const failed = sum('fail') + sum('cancelled');
  return { passed: sum('pass'), failed: failed === 0 && code !== 0 ? 1 : failed };
}

/** @param {string} file */
function read(file) {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}
