// From nothing to ended: prepare, start the children, say that they are ready, keep them running until a signal or a
// failure, and leave no process behind in any case.
import { exitCodeFrom, exitCodeOf, onEndingSignal } from '../bootstrap/command.mjs';
import { endAll } from '../bootstrap/process-group.mjs';
import { say } from '../bootstrap/say.mjs';
import { whenParentEnds } from './parent.mjs';
import { Supervisor } from './supervisor.mjs';

/**
 * @typedef {import('./supervised-child.mjs').ChildSpec} ChildSpec
 * @typedef {import('../bootstrap/command.mjs').EndingSignal} EndingSignal
 *
 * @typedef {object} Plan
 * @property {() => Promise<readonly (readonly ChildSpec[])[]>} prepare what comes before the first child; answers with
 *   the stages of children
 * @property {() => string} welcome what to print when everything is ready
 * @property {(pids: { name: string, pid: number }[]) => void} [onChange] told which processes there are now
 */

/**
 * @param {Plan} plan
 * @returns {Promise<number>} the exit code: 0 when a signal ended what was ready, 1 for a failure, and what shells
 *   expect for a signal that came earlier
 */
export async function runAll(plan) {
  /** @type {Supervisor | undefined} */
  let supervisor;
  let isReady = false;
  const signal = endingSignal(() => supervisor?.killNow());

  const untilFailure = async () => {
    supervisor = new Supervisor(await plan.prepare(), say, plan.onChange);
    isReady = await supervisor.start();
    if (!isReady) return 1;
    say(`\n${plan.welcome()}`);
    return supervisor.failure;
  };
  const untilSignal = async () => {
    const name = await signal;
    say('\nEnding everything …');
    return isReady ? 0 : exitCodeOf(name);
  };

  const code = await Promise.race([untilSignal(), exitCodeFrom(untilFailure)]);
  await supervisor?.stop();
  await endAll();
  return code;
}

/**
 * @param {() => void} onSecond called for every further signal: somebody is in a hurry
 * @returns {Promise<EndingSignal>} the first one
 */
function endingSignal(onSecond) {
  return new Promise((resolve) => {
    let isFirst = true;
    /** @param {EndingSignal} signal */
    const take = (signal) => {
      if (isFirst) resolve(signal);
      else onSecond();
      isFirst = false;
    };
    onEndingSignal(take);
    whenParentEnds(() => isFirst && take('SIGTERM'));
  });
}
