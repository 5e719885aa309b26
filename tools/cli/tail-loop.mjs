// Connects, shows what arrives, and comes back when the connection is lost, from the positions reached.
import { backoffMs } from './backoff.mjs';
import { meaningOf } from './close-codes.mjs';
import { Positions } from './positions.mjs';
import { sentenceFor } from './sentences.mjs';
import { Session } from './session.mjs';
import { Fatal, Unreachable } from './endings.mjs';
import { fetchToken, Unavailable } from './token.mjs';

/**
 * @typedef {object} TailOptions
 * @property {string} user
 * @property {string | undefined} device
 * @property {string} api
 * @property {string} key
 * @property {boolean} ack
 * @property {boolean} json
 */

export class Tail {
  #options;
  #printer;
  #positions = new Positions();
  /** @type {Session | undefined} */
  #session;
  #everConnected = false;
  #failures = 0;
  #isEnding = false;
  #wake = () => {};

  /**
   * @param {TailOptions} options
   * @param {import('./printer.mjs').Printer} printer
   */
  constructor(options, printer) {
    this.#options = options;
    this.#printer = printer;
  }

  /**
   * Returns after `end`.
   * @throws {Fatal | Unreachable} when going on makes no sense
   */
  async run() {
    while (!this.#isEnding) {
      const waitMs = await this.#connectOnce();
      if (!this.#isEnding) await this.#wait(waitMs);
    }
  }

  end() {
    this.#isEnding = true;
    this.#session?.close();
    this.#wake();
  }

  /** @returns {Promise<number>} milliseconds to wait before the next attempt */
  async #connectOnce() {
    try {
      const grant = await fetchToken(this.#options);
      if (this.#isEnding) return 0;
      const { device, ack } = this.#options;
      const onEvent = (/** @type {string} */ event, /** @type {any} */ data) => this.#show(event, data);
      this.#session = new Session({ grant, device, ack, positions: this.#positions, onEvent });
      return this.#afterClose(await this.#session.closed);
    } catch (error) {
      if (!(error instanceof Unavailable)) throw error;
      if (!this.#everConnected) throw error.isAnswer ? new Fatal(error.message) : new Unreachable(error.message);
      return this.#backOff(error.message);
    }
  }

  /** @param {import('./session.mjs').Closed} closed */
  #afterClose({ code, reason, wasConnected, error, afterMs }) {
    if (this.#isEnding) return 0;
    if (wasConnected && afterMs !== undefined) return afterMs;
    const { text, isFinal } = meaningOf(code, reason);
    const isRefusal = code === 4401 && !wasConnected;
    if (isRefusal) throw new Fatal('The gateway does not accept the token of the API: do both have the same secret?');
    if (isFinal || /server response: 40[0-9]/.test(error ?? '')) throw new Fatal(`Ended: ${error ?? text}`);
    return this.#backOff(`Lost: ${error ?? text}`);
  }

  /** @param {string} why */
  #backOff(why) {
    const waitMs = backoffMs(++this.#failures);
    this.#printer.status(`${why}; trying again in ${(waitMs / 1000).toFixed(1)} s`);
    return waitMs;
  }

  /**
   * @param {string} event
   * @param {any} data
   */
  #show(event, data) {
    if (event === 'connected') this.#everConnected = true;
    if (event === 'synced') this.#failures = 0;
    if (event === 'ping') return;
    if (event !== 'message') return this.#printer.event(event, data, sentenceFor(event, data));
    if (!this.#positions.isRepeat(data.timeline, data)) this.#printer.message(data);
  }

  /** @param {number} waitMs */
  #wait(waitMs) {
    return new Promise((resolve) => {
      const timer = setTimeout(() => resolve(undefined), waitMs);
      this.#wake = () => {
        clearTimeout(timer);
        resolve(undefined);
      };
    });
  }
}
