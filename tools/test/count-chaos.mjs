// A short run of chaos. A void run (some kind of fault hit nothing in flight, as happens where the machine stands still for
// a moment) says nothing, so the next seed is run instead; a run that fails fails, whatever the next would say.
import { join } from 'node:path';
import { root } from '../bootstrap/paths.mjs';
import { run } from '../bootstrap/run.mjs';
import { say } from '../bootstrap/say.mjs';
import { STEP_MS } from './count-command.mjs';

const SEEDS = [1, 2, 3];
const MINUTES = '0.4';
const VOID = 3;

/** @returns {Promise<import('./steps.mjs').Count>} */
export async function countChaos() {
  for (const seed of SEEDS) {
    const args = [join('chaos', 'dist', 'main.js'), '--seed', String(seed), '--minutes', MINUTES];
    const { code } = await run(process.execPath, args, { cwd: root, show: true, withinMs: STEP_MS });
    if (code !== VOID) return code === 0 ? { passed: 1, failed: 0 } : { passed: 0, failed: 1 };
    say(`The run with seed ${seed} is void.`);
  }
  return { passed: 0, failed: 1 };
}
