// One connection to the gateway: from the handshake to its close. Reconnecting is the loop's business.
//
// States: opening → connected (after `connected`) → closed.
import WebSocket from 'ws';
import { connectUrl } from './token.mjs';

const OPEN_MS = 10_000;
const ACK_EVERY_MS = 1000;
/** Pings come 25 s after our last frame; this many of these without any frame, and the other side is gone. */
const SILENCE_IN_PINGS = 2.5;
const CLOSE_MS = 1000;

/**
 * @typedef {{ code: number, reason: string, wasConnected: boolean, error?: string, afterMs?: number }} Closed
 *
 * @typedef {object} SessionOptions
 * @property {{ token: string, url: string }} grant
 * @property {string | undefined} device
 * @property {boolean} ack
 * @property {import('./positions.mjs').Positions} positions
 * @property {(event: string, data: any) => void} onEvent hears every event of the server, before its position counts
 */

export class Session {
  #options;
  #socket;
  #wasConnected = false;
  #error = '';
  /** @type {number | undefined} */
  #afterMs;
  #ackTimer;
  /** @type {NodeJS.Timeout | undefined} */
  #silence;
  #silenceMs = OPEN_MS;

  /** How it ended. Never rejects. */
  closed;

  /** @param {SessionOptions} options */
  constructor(options) {
    this.#options = options;
    this.#socket = new WebSocket(connectUrl(options.grant.url), 'fanfare.v1.json', { handshakeTimeout: OPEN_MS });
    this.closed = new Promise((/** @type {(how: Closed) => void} */ resolve) => {
      this.#socket.on('close', (code, reason) => resolve(this.#tidyUp(code, reason.toString())));
    });
    this.#socket.on('open', () => this.#introduce());
    this.#socket.on('message', (frame) => this.#receive(frame.toString()));
    this.#socket.on('error', (error) => (this.#error = error.message));
    this.#ackTimer = setInterval(() => this.#sendAck(), ACK_EVERY_MS);
  }

  /** Acknowledge what has been shown, and close. */
  close() {
    this.#sendAck();
    this.#socket.close(1000);
    setTimeout(() => this.#socket.terminate(), CLOSE_MS).unref();
  }

  #introduce() {
    const { grant, device, positions } = this.#options;
    positions.dropAck();
    const named = device === undefined ? {} : { device };
    this.#send('connect', { token: grant.token, ...named, resume: positions.resume });
    this.#restartSilence();
  }

  /** @param {string} frame */
  #receive(frame) {
    this.#restartSilence();
    const { event, data } = parseFrame(frame);
    this.#options.onEvent(event, data);
    this.#account(event, data);
  }

  /**
   * @param {string} event
   * @param {any} data
   */
  #account(event, data) {
    const { positions } = this.#options;
    if (event === 'ping') this.#send('pong', {});
    else if (event === 'connected') {
      this.#wasConnected = true;
      this.#silenceMs = data.pingSeconds * 1000 * SILENCE_IN_PINGS;
      for (const { timeline, epoch, from } of data.timelines) {
        if (epoch !== '') positions.begin(timeline, { offset: from, epoch }); // without one there is no such timeline yet
      }
    } else if (event === 'reset') positions.reset(data.timeline, { offset: data.from, epoch: data.epoch });
    else if (event === 'membership' && data.state === 'left') positions.forget(`group:${data.group}`);
    else if (event === 'message' && data.offset !== undefined) {
      positions.advance(data.timeline, data);
      if (positions.isAckDue) this.#sendAck();
    } else if (event === 'reconnect') {
      this.#afterMs = data.afterMs;
      this.close();
    }
  }

  #sendAck() {
    if (!this.#options.ack || !this.#wasConnected) return;
    const ack = this.#options.positions.takeAck();
    if (ack) this.#send('ack', ack);
  }

  /**
   * @param {string} event
   * @param {object} data
   */
  #send(event, data) {
    if (this.#socket.readyState === WebSocket.OPEN) this.#socket.send(JSON.stringify({ event, data }));
  }

  #restartSilence() {
    clearTimeout(this.#silence);
    this.#silence = setTimeout(() => this.#socket.terminate(), this.#silenceMs);
  }

  /**
   * @param {number} code
   * @param {string} reason
   * @returns {Closed}
   */
  #tidyUp(code, reason) {
    clearInterval(this.#ackTimer);
    clearTimeout(this.#silence);
    return {
      code,
      reason,
      wasConnected: this.#wasConnected,
      ...(this.#error === '' ? {} : { error: this.#error }),
      ...(this.#afterMs === undefined ? {} : { afterMs: this.#afterMs }),
    };
  }
}

/**
 * @param {string} frame
 * @returns {{ event: string, data: any }} an unknown frame is an event that nobody knows
 */
function parseFrame(frame) {
  try {
    const { event, data } = JSON.parse(frame);
    return { event: String(event), data: data ?? {} };
  } catch {
    return { event: 'unreadable', data: {} };
  }
}
