// Keeps a set of children running.
//
// Before everything is ready the first death is the end: it is thrown. After that a child that dies is named and started
// again, with backoff; five deaths of one child within a minute end everything. Children are ended in the reverse order
// of their stages, so that what others stand on goes last.
import { relative } from 'node:path';
import { root } from '../bootstrap/paths.mjs';
import { Trouble, describe } from '../bootstrap/trouble.mjs';
import { SupervisedChild } from './supervised-child.mjs';

/** @typedef {import('./supervised-child.mjs').ChildSpec} ChildSpec */

export const LIMIT = { deaths: 5, withinMs: 60_000 };
const BACKOFF = { firstMs: 250, mostMs: 5000 };

export class Supervisor {
  /** @type {SupervisedChild[][]} */
  #stages;
  #say;
  #onChange;
  /** @type {Map<SupervisedChild, number[]>} */
  #deaths = new Map();
  /** @type {Set<NodeJS.Timeout>} */
  #timers = new Set();
  #isRunning = false;
  #isStopping = false;
  /** @type {(reason: Trouble) => void} */
  #giveUp = () => {};

  /** Rejects when everything has to end: a death while starting, or a child that dies again and again. */
  failure = /** @type {Promise<never>} */ (new Promise((_, reject) => (this.#giveUp = reject)));

  /**
   * @param {readonly (readonly ChildSpec[])[]} stages each is started when the one before it is ready
   * @param {(line: string) => void} say
   * @param {(pids: { name: string, pid: number }[]) => void} [onChange] told which processes there are now
   */
  constructor(stages, say, onChange = () => {}) {
    this.#say = say;
    this.#onChange = onChange;
    this.#stages = stages.map((specs) => specs.map((spec) => this.#child(spec)));
    this.failure.catch(() => {}); // it may fail while nobody is listening yet
  }

  /** @param {ChildSpec} spec */
  #child(spec) {
    return new SupervisedChild(
      spec,
      (text) => !this.#isStopping && this.#say(`[${spec.name}] ${text}`),
      (child, how) => this.#onDeath(child, how),
    );
  }

  /**
   * @returns {Promise<boolean>} whether everything is ready; false when it was stopped meanwhile
   * @throws {Trouble} for the first child that dies or does not become ready
   */
  async start() {
    for (const stage of this.#stages) {
      await Promise.race([this.failure, Promise.all(stage.map((child) => this.#startFirst(child)))]);
      if (this.#isStopping) return false;
    }
    this.#isRunning = true;
    return true;
  }

  /** End every child; nothing of them is left afterwards. */
  async stop() {
    this.#isStopping = true;
    for (const timer of this.#timers) clearTimeout(timer);
    for (const stage of [...this.#stages].reverse()) await Promise.all(stage.map((child) => child.stop()));
    this.#onChange([]);
  }

  /** For somebody who asks a second time: wait no longer. */
  killNow() {
    for (const child of this.#stages.flat()) child.killNow();
  }

  /** @param {SupervisedChild} child */
  async #startFirst(child) {
    const startedAt = Date.now();
    const started = child.start();
    this.#tellChange();
    try {
      await started;
    } catch (error) {
      throw new Trouble(`${child.name} ${describe(error)}.${seeLog(child)}`);
    }
    if (!this.#isStopping) this.#say(`  ${child.name} is ready (${((Date.now() - startedAt) / 1000).toFixed(1)} s)`);
  }

  /**
   * @param {SupervisedChild} child
   * @param {string} how
   */
  #onDeath(child, how) {
    if (this.#isStopping) return;
    if (!this.#isRunning) return this.#giveUp(new Trouble(`${child.name} ${how}.${seeLog(child)}`));
    const deaths = this.#countDeath(child);
    if (deaths >= LIMIT.deaths) {
      const often = `It died ${deaths} times within ${LIMIT.withinMs / 1000} s, so everything is ended.`;
      return this.#giveUp(new Trouble(`${child.name} ${how}. ${often}${seeLog(child)}`));
    }
    const waitMs = Math.min(BACKOFF.firstMs * 2 ** (deaths - 1), BACKOFF.mostMs);
    this.#say(`${child.name} ${how}; it is started again in ${waitMs / 1000} s`);
    this.#later(waitMs, () => void this.#restart(child));
  }

  /** @param {SupervisedChild} child */
  async #restart(child) {
    try {
      const started = child.start();
      this.#tellChange();
      await started;
      if (!this.#isStopping) this.#say(`${child.name} is ready again`);
    } catch (error) {
      this.#onDeath(child, describe(error));
    }
  }

  /**
   * @param {SupervisedChild} child
   * @returns {number} how often it died within the last minute
   */
  #countDeath(child) {
    const now = Date.now();
    const recent = [...(this.#deaths.get(child) ?? []).filter((at) => now - at < LIMIT.withinMs), now];
    this.#deaths.set(child, recent);
    return recent.length;
  }

  /**
   * @param {number} waitMs
   * @param {() => void} action
   */
  #later(waitMs, action) {
    const timer = setTimeout(() => {
      this.#timers.delete(timer);
      if (!this.#isStopping) action();
    }, waitMs);
    this.#timers.add(timer);
  }

  #tellChange() {
    const children = this.#stages.flat();
    this.#onChange(children.flatMap(({ name, pid }) => (pid === undefined ? [] : [{ name, pid }])));
  }
}

/** @param {SupervisedChild} child */
const seeLog = (child) => ` Its log: ${relative(root, child.logFile)}`;
