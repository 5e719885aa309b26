// The frame of every command of the tools: errors become one line and an exit code, and a signal ends what was started.
import { constants } from 'node:os';
import { endAll, isEnding } from './process-group.mjs';
import { describe } from './trouble.mjs';

/** Ctrl-C, a polite end, and the terminal going away. */
const ENDING = /** @type {const} */ (['SIGINT', 'SIGTERM', 'SIGHUP']);

/** @typedef {typeof ENDING[number]} EndingSignal */

/**
 * Call `handler` for every signal that asks this process to end. The terminal may be gone by then: writing to it must
 * not fail.
 * @param {(signal: EndingSignal) => void} handler
 */
export function onEndingSignal(handler) {
  process.stdout.on('error', () => {});
  process.stderr.on('error', () => {});
  for (const signal of ENDING) process.on(signal, () => handler(signal));
}

/**
 * What a shell reports for a process that a signal ended.
 * @param {EndingSignal} signal
 */
export const exitCodeOf = (signal) => 128 + constants.signals[signal];

/**
 * Run a command to its end; it answers with the exit code.
 * @param {() => Promise<number>} main
 */
export async function runCommand(main) {
  /** @type {Promise<number>} */
  const ended = new Promise((resolve) => onEndingSignal((signal) => resolve(exitCodeOf(signal))));
  const code = await Promise.race([ended, exitCodeFrom(main)]);
  await endAll();
  process.exit(code);
}

/**
 * The exit code of `main`; for an error, which is printed, it is 1.
 * @param {() => Promise<number>} main
 * @returns {Promise<number>}
 */
export async function exitCodeFrom(main) {
  try {
    return await main();
  } catch (error) {
    if (!isEnding()) process.stderr.write(`${describe(error)}\n`);
    return 1;
  }
}
