// The steps of `npm test`, the quick ones first. Stages come one after the other; what is in one stage runs at once, but
// one after the other within a lane: no step keeps two cores busy, because most of it is waiting for processes to start,
// for deadlines and for time to pass.
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { nx, nxEnvironment } from '../bootstrap/build.mjs';
import { root } from '../bootstrap/paths.mjs';
import { countChaos } from './count-chaos.mjs';
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
 * @property {boolean} [needsPrograms] a browser for the tests of pages, and PHP for its quick start
 * @property {'sources' | 'processes'} stage `sources`: starts nothing
 * @property {string} lane of its stage
 * @property {(patterns: string[]) => Promise<Count>} run patterns choose among the test files
 */

const [node = process.execPath, nxScript = ''] = nx;
const bin = (/** @type {string} */ name) => join(root, 'node_modules', '.bin', name);
const toolsTypes = join('tools', 'tsconfig.spec.json');

/**
 * One compiler for everything that is TypeScript, and one for the tools: that of nx's target `typecheck`, without a
 * process for each project.
 * @param {string[]} projects
 * @returns {Promise<Count>}
 */
async function checkTypes(...projects) {
  const compiler = join(root, 'node_modules', 'typescript-7', 'bin', 'tsc');
  const counts = await Promise.all(projects.map((project) => countCommand(node, [compiler, '-p', project])));
  return counts.every(({ failed }) => failed === 0) ? { passed: 1, failed: 0 } : { passed: 0, failed: 1 };
}

/** Two for each core: specs wait for their Redis (2 s for one in cluster mode to serve) and for time to pass. */
const workers = String(Math.min(8, 2 * availableParallelism()));

/**
 * @param {string} deployment what e2e/stage.ts makes a Fanfare of
 * @param {string} title
 * @param {string} lane
 * @returns {Step}
 */
const endToEnd = (deployment, title, lane) => ({
  name: 'e2e',
  title,
  needsBuild: true,
  needsPrograms: deployment === 'small',
  stage: 'processes',
  lane,
  run: (patterns) =>
    countJest(`e2e-${deployment}`, ['--projects', 'e2e', '--runInBand', ...patterns], {
      FANFARE_E2E_DEPLOYMENT: deployment,
    }),
});

/** @type {readonly Step[]} */
export const steps = [
  {
    name: 'format',
    title: 'Formatting',
    needsBuild: false,
    stage: 'sources',
    lane: 'format',
    run: () => countCommand(node, [bin('prettier'), '--check', '--log-level', 'warn', '.']),
  },
  {
    name: 'lua',
    title: 'Lua scripts, and what is generated from them',
    needsBuild: false,
    stage: 'sources',
    lane: 'lua',
    run: () => countCommand(node, [join('tools', 'lua', 'main.mjs'), 'check']),
  },
  // One process with one program of all sources: four times as quick as a process for each project (nx's target `lint`).
  {
    name: 'lint',
    title: 'Lint',
    needsBuild: false,
    stage: 'sources',
    lane: 'lint',
    run: () => countCommand(node, [nxScript, 'run', '@fanfare/tools:lint-workspace'], nxEnvironment),
  },
  {
    name: 'types',
    title: 'Types',
    needsBuild: true,
    stage: 'sources',
    lane: 'types',
    run: () => checkTypes('tsconfig.workspace.json', 'tsconfig.browser.json', toolsTypes),
  },
  {
    name: 'unit',
    title: 'Unit tests, and tests on a Redis',
    needsBuild: true,
    stage: 'processes',
    lane: 'one',
    run: (patterns) => countJest('unit', ['--projects', ...projectsWithTests(), '--maxWorkers', workers, ...patterns]),
  },
  endToEnd('small', 'End to end, with one process of each service', 'one'),
  {
    name: 'tools',
    title: 'Tests of the tools',
    needsBuild: true,
    stage: 'processes',
    lane: 'two',
    run: () => countNodeTests(toolTests()),
  },
  endToEnd('replicated', 'End to end, with two gateways and three replicas of every other service', 'two'),
  {
    name: 'chaos',
    title: 'Chaos: faults by a schedule, for a while',
    needsBuild: true,
    stage: 'processes',
    lane: 'two',
    run: countChaos,
  },
];
