// One child process over all its lives.
//
// States: idle → starting → ready → (dead → starting → ready)* → stopped. A life ends in `dead` when the process exits by
// itself, or is ended because it did not become ready in time; `stop` leads to `stopped` from everywhere, for good.
import { setTimeout as pause } from 'node:timers/promises';
import { endGroup, spawnGroup } from '../bootstrap/process-group.mjs';
import { Trouble } from '../bootstrap/trouble.mjs';
import { ChildLog } from './child-log.mjs';

const POLL_MS = 100;
/** The last output may arrive shortly after the exit. */
const LAST_WORDS_MS = 200;

/**
 * @typedef {object} ChildSpec
 * @property {string} name for people
 * @property {string} command
 * @property {readonly string[]} args
 * @property {NodeJS.ProcessEnv} env all of its environment
 * @property {string} cwd
 * @property {string} logFile
 * @property {() => Promise<boolean>} isReady
 * @property {number} readyWithinMs a life that is not ready by then is ended
 * @property {number} stopWithinMs how long it may take to end itself when asked to
 *
 * @typedef {'idle' | 'starting' | 'ready' | 'dead' | 'stopped'} ChildState
 */

export class SupervisedChild {
  /** @type {ChildState} */
  state = 'idle';
  /** @type {number | undefined} */
  pid;
  #spec;
  #log;
  #onDeath;
  /** @type {import('node:child_process').ChildProcess | undefined} */
  #process;

  /**
   * @param {ChildSpec} spec
   * @param {(text: string) => void} show prints what it warns of on the terminal
   * @param {(child: SupervisedChild, how: string) => void} onDeath hears of a death after it was ready
   */
  constructor(spec, show, onDeath) {
    this.#spec = spec;
    this.#log = new ChildLog(spec.logFile, show);
    this.#onDeath = onDeath;
  }

  get name() {
    return this.#spec.name;
  }

  get logFile() {
    return this.#spec.logFile;
  }

  /**
   * Start a life and wait until it is ready.
   * @throws {Trouble} saying how it ended, when it did so before, or was not ready in time
   */
  async start() {
    if (this.state === 'stopped') return;
    this.state = 'starting';
    const ended = this.#spawn();
    const ready = this.#becomesReady();
    const how = await Promise.race([ended, ready]);
    if (how === 'ready') {
      this.state = 'ready';
      this.#log.show();
      void ended.then((reason) => this.#died(reason));
      return;
    }
    if (this.#isStopped()) return;
    this.state = 'dead';
    if (how === 'late') await this.#end();
    throw new Trouble(how === 'late' ? `was not ready within ${this.#spec.readyWithinMs / 1000} s` : how);
  }

  /** End it and see to it that nothing of it is left. */
  async stop() {
    this.state = 'stopped';
    await this.#end();
    this.#log.close();
  }

  /** Do not wait for it to end itself any longer. */
  killNow() {
    if (this.#process) void endGroup(this.#process, 0);
  }

  /**
   * @returns {Promise<string>} how this life ended
   */
  #spawn() {
    const { command, args, cwd, env } = this.#spec;
    const child = spawnGroup(command, args, { cwd, env, stdio: ['ignore', 'pipe', 'pipe'] });
    this.#process = child;
    this.pid = child.pid;
    this.#log.follow(child);
    return new Promise((resolve) => {
      child.once('error', (error) => resolve(`could not be started: ${error.message}`));
      child.once('exit', (code, signal) => {
        if (signal !== null) resolve(`ended (signal ${signal})`);
        else void pause(LAST_WORDS_MS).then(() => resolve(this.#withLastWords(`ended (exit code ${code})`)));
      });
    });
  }

  /** @param {string} how */
  #withLastWords(how) {
    const words = this.#log.lastWords;
    return words === '' ? how : `${how}: ${words}`;
  }

  /** @returns {Promise<'ready' | 'late' | never>} */
  async #becomesReady() {
    const life = this.#process;
    const deadline = Date.now() + this.#spec.readyWithinMs;
    while (Date.now() < deadline) {
      if (await this.#spec.isReady()) return 'ready';
      await pause(POLL_MS);
      if (life !== this.#process || life?.exitCode !== null || life.signalCode !== null) return new Promise(() => {});
    }
    return 'late';
  }

  /** @param {string} how */
  #died(how) {
    if (this.#isStopped()) return;
    this.state = 'dead';
    this.#onDeath(this, how);
  }

  /** Asked for in a method of its own, because the compiler does not see that `stop` may run during an await. */
  #isStopped() {
    return this.state === 'stopped';
  }

  async #end() {
    if (this.#process) await endGroup(this.#process, this.#spec.stopWithinMs);
  }
}
