// Run a command to its end and tell how it went.
import { createInterface } from 'node:readline';
import { endGroup, isEnding, spawnGroup } from './process-group.mjs';

/**
 * @typedef {object} Outcome
 * @property {number} code exit code; 127 when the command could not be started, 128 when a signal ended it
 * @property {string} stdout
 * @property {string} stderr
 *
 * @typedef {object} RunOptions
 * @property {string} [cwd]
 * @property {NodeJS.ProcessEnv} [env] added to this process's environment
 * @property {boolean} [show] let the output through to the terminal instead of collecting it
 * @property {boolean} [showErrors] let stderr alone through to the terminal
 * @property {number} [withinMs] a command that takes longer is ended
 * @property {(line: string) => void} [onLine] hears each line of stdout as it comes
 */

/**
 * Never throws for a command that fails: look at `code`. Does not return when this process is ending all it has started,
 * so that nobody takes that for a failure.
 * @param {string} command
 * @param {readonly string[]} args
 * @param {RunOptions} [options]
 * @returns {Promise<Outcome>}
 */
export function run(command, args, { cwd, env, show = false, showErrors = show, onLine, withinMs } = {}) {
  return new Promise((resolve) => {
    const child = spawnGroup(command, args, {
      ...(cwd === undefined ? {} : { cwd }),
      env: { ...process.env, ...env },
      stdio: ['ignore', show ? 'inherit' : 'pipe', showErrors ? 'inherit' : 'pipe'],
    });
    let stdout = '';
    let stderr = '';
    child.stdout?.setEncoding('utf8').on('data', (text) => (stdout += text));
    child.stderr?.setEncoding('utf8').on('data', (text) => (stderr += text));
    if (onLine && child.stdout) createInterface(child.stdout).on('line', onLine);
    const timer = withinMs === undefined ? undefined : setTimeout(() => void endGroup(child), withinMs);
    child.once('exit', () => clearTimeout(timer));
    /** @param {Outcome} outcome */
    const tell = (outcome) => {
      if (!isEnding()) resolve(outcome);
    };
    child.once('error', (error) => tell({ code: 127, stdout, stderr: error.message }));
    child.once('close', (code) => tell({ code: code ?? 128, stdout, stderr }));
  });
}

/**
 * The last lines of what a command said, for the message about its failure.
 * @param {Outcome} outcome
 * @param {number} [lines]
 */
export function lastLines({ stdout, stderr }, lines = 3) {
  const said = `${stdout}\n${stderr}`.split('\n').filter((line) => line.trim() !== '');
  return said.slice(-lines).join(' | ');
}
