// The steps of `npm test`, in order: the quick ones first.
import { join } from 'node:path';
import { nx, nxEnvironment } from '../bootstrap/build.mjs';
import { root } from '../bootstrap/paths.mjs';
import { countCommand } from './count-command.mjs';
import { countJest } from './count-jest.mjs';
import { countNodeTests } from './count-node-tests.mjs';
import { projectsWithTests, toolTests } from './test-files.mjs';

/**
 * @typedef {{ passed: number, failed: number }} Count
 *
 * @typedef {object} Step
 * @property {string} name what `--only` knows it by
 * @property {string} title
 * @property {boolean} needsBuild false for what reads sources only
 * @property {(patterns: string[]) => Promise<Count>} run patterns choose among the test files
 */

const [node = process.execPath, nxScript = ''] = nx;
const bin = (/** @type {string} */ name) => join(root, 'node_modules', '.bin', name);
const nxTarget = (/** @type {string} */ target) => () =>
  countCommand(node, [nxScript, 'run-many', '-t', target], nxEnvironment);

/** @type {readonly Step[]} */
export const steps = [
  {
    name: 'format',
    title: 'Formatting',
    needsBuild: false,
    run: () => countCommand(node, [bin('prettier'), '--check', '--log-level', 'warn', '.']),
  },
  {
    name: 'lua',
    title: 'Lua scripts, and what is generated from them',
    needsBuild: false,
    run: () => countCommand(node, [join('tools', 'lua', 'main.mjs'), 'check']),
  },
  { name: 'lint', title: 'Lint', needsBuild: false, run: nxTarget('lint') },
  { name: 'types', title: 'Types', needsBuild: true, run: nxTarget('typecheck') },
  { name: 'tools', title: 'Tests of the tools', needsBuild: true, run: () => countNodeTests(toolTests()) },
  {
    name: 'unit',
    title: 'Unit tests, and tests on a Redis',
    needsBuild: true,
    run: (patterns) => countJest('unit', ['--projects', ...projectsWithTests(), '--maxWorkers', '2', ...patterns]),
  },
  ...[1, 2].map((gateways) => ({
    name: 'e2e',
    title: `End to end, with ${gateways === 1 ? 'one gateway' : `${gateways} gateways`}`,
    needsBuild: true,
    run: (/** @type {string[]} */ patterns) =>
      countJest(`e2e-${gateways}`, ['--projects', 'e2e', '--runInBand', ...patterns], {
        FANFARE_E2E_GATEWAYS: String(gateways),
      }),
  })),
];
