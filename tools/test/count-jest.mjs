// Runs Jest and counts its tests. A file that does not even load counts as a failed test, and so does a run that says it
// failed without naming a test.
import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { root, stateFolder } from '../bootstrap/paths.mjs';
import { run } from '../bootstrap/run.mjs';
import { STEP_MS } from './count-command.mjs';

/**
 * @typedef {{ numPassedTests: number, numFailedTests: number, numRuntimeErrorTestSuites: number }} JestResult
 * @typedef {import('./steps.mjs').Count} Count
 */

/**
 * @param {string} name of the file with the result
 * @param {readonly string[]} args
 * @param {NodeJS.ProcessEnv} [env]
 * @returns {Promise<Count>}
 */
export async function countJest(name, args, env = {}) {
  const result = join(stateFolder('tests'), `${name}.json`);
  rmSync(result, { force: true });
  const jest = join(root, 'node_modules', 'jest', 'bin', 'jest.js');
  const { code } = await run(process.execPath, [jest, ...args, '--passWithNoTests', '--json', '--outputFile', result], {
    cwd: root,
    env,
    showErrors: true,
    withinMs: STEP_MS,
  });
  return countIn(readResult(result), code);
}

/**
 * @param {JestResult | undefined} result
 * @param {number} code exit code of Jest
 * @returns {Count}
 */
export function countIn(result, code) {
  const passed = result?.numPassedTests ?? 0;
  const failed = (result?.numFailedTests ?? 0) + (result?.numRuntimeErrorTestSuites ?? 0);
  return { passed, failed: failed === 0 && (code !== 0 || !result) ? 1 : failed };
}

/**
 * @param {string} file
 * @returns {JestResult | undefined}
 */
function readResult(file) {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch {
    return undefined;
  }
}
