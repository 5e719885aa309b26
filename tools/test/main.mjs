// `npm test`: everything that must hold before a change goes in. All steps run even if one fails; the last line is their
// sum.
import { findChromium } from '../bootstrap/chromium.mjs';
import { runCommand } from '../bootstrap/command.mjs';
import { installDependencies } from '../bootstrap/install.mjs';
import { findPhp } from '../bootstrap/php.mjs';
import { prepare } from '../bootstrap/prepare.mjs';
import { say } from '../bootstrap/say.mjs';
import { describe } from '../bootstrap/trouble.mjs';
import { dropSettings } from './environment.mjs';
import { help, parseOptions } from './options.mjs';
import { steps } from './steps.mjs';

/**
 * @typedef {import('./steps.mjs').Step} Step
 * @typedef {import('./steps.mjs').Count} Count
 */

const names = [...new Set(steps.map(({ name }) => name))];

await runCommand(async () => {
  const options = parseOptions(process.argv.slice(2), names);
  if (options === 'help') {
    say(help(names));
    return 0;
  }
  dropSettings(process.env);
  const chosen = steps.filter(({ name }) => options.only.length === 0 || options.only.includes(name));
  return report(await runSteps(chosen, options.patterns));
});

/**
 * @param {readonly Step[]} chosen
 * @param {string[]} patterns
 * @returns {Promise<Outcome[]>}
 *
 * @typedef {{ title: string, seconds: string } & Count} Outcome
 */
async function runSteps(chosen, patterns) {
  const prepared = await timed('Set-up', () => setUp(chosen));
  if (prepared.failed > 0) return [prepared];
  const outcomes = [];
  for (const stage of groupsOf(chosen, 'stage')) {
    const lanes = groupsOf(stage, 'lane').map((lane) => inTurn(lane, patterns));
    outcomes.push(...(await Promise.all(lanes)).flat());
  }
  return outcomes;
}

/**
 * @param {readonly Step[]} steps
 * @param {'stage' | 'lane'} key
 * @returns {Step[][]} in the order of their first ones
 */
function groupsOf(steps, key) {
  return [...new Set(steps.map((step) => step[key]))].map((name) => steps.filter((step) => step[key] === name));
}

/**
 * @param {readonly Step[]} lane
 * @param {string[]} patterns
 * @returns {Promise<Outcome[]>}
 */
async function inTurn(lane, patterns) {
  const outcomes = [];
  for (const { title, run } of lane) outcomes.push(await timed(title, () => run(patterns)));
  return outcomes;
}

/**
 * @param {readonly Step[]} chosen
 * @returns {Promise<Count>}
 */
async function setUp(chosen) {
  try {
    await (chosen.some(({ needsBuild }) => needsBuild) ? prepare() : installDependencies());
    if (chosen.some(({ needsPrograms }) => needsPrograms)) {
      process.env['FANFARE_TEST_CHROMIUM'] = await findChromium();
      process.env['FANFARE_TEST_PHP'] = (await findPhp()) ?? '';
    }
    return { passed: 0, failed: 0 };
  } catch (error) {
    say(describe(error));
    return { passed: 0, failed: 1 };
  }
}

/**
 * @param {string} title
 * @param {() => Promise<Count>} work
 * @returns {Promise<Outcome>}
 */
async function timed(title, work) {
  say(`\n=== ${title}`);
  const startedAt = Date.now();
  const count = await work();
  const seconds = ((Date.now() - startedAt) / 1000).toFixed(1);
  say(`--- ${title}: ${count.failed === 0 ? 'ok' : 'FAILED'} after ${seconds} s`);
  return { title, seconds, ...count };
}

/**
 * @param {Outcome[]} outcomes
 * @returns {number} exit code
 */
function report(outcomes) {
  say('');
  for (const { title, seconds, passed, failed } of outcomes) {
    say(`${failed === 0 ? 'ok    ' : 'FAILED'}  ${title} (${passed} passed, ${failed} failed, ${seconds} s)`);
  }
  const sum = (/** @type {'passed' | 'failed'} */ key) => outcomes.reduce((total, it) => total + it[key], 0);
  say(`\n${sum('passed')} passed, ${sum('failed')} failed`);
  return sum('failed') === 0 ? 0 : 1;
}
