// A check that passes or fails as a whole.
import { root } from '../bootstrap/paths.mjs';
import { run } from '../bootstrap/run.mjs';

/** Longer than any step may take; what hangs ends here. */
export const STEP_MS = 20 * 60_000;

/**
 * @param {string} command
 * @param {readonly string[]} args
 * @param {NodeJS.ProcessEnv} [env]
 * @returns {Promise<import('./steps.mjs').Count>}
 */
export async function countCommand(command, args, env = {}) {
  const { code } = await run(command, args, { cwd: root, env, show: true, withinMs: STEP_MS });
  return code === 0 ? { passed: 1, failed: 0 } : { passed: 0, failed: 1 };
}
