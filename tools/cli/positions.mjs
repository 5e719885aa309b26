// How far this client has come in each timeline: what it resumes from, drops repeats by, and acknowledges.

/** @typedef {{ offset: number, epoch: string }} Position */

const ACK_AFTER_MESSAGES = 64;

export class Positions {
  /** @type {Map<string, Position>} */
  #settled = new Map();
  /** @type {Map<string, number>} */
  #toAck = new Map();
  #messagesToAck = 0;

  /**
   * Has this message been dealt with before? One without a position is never a repeat.
   * @param {string} timeline
   * @param {Partial<Position>} position
   */
  isRepeat(timeline, { offset, epoch }) {
    const known = this.#settled.get(timeline);
    return offset !== undefined && known !== undefined && known.epoch === epoch && offset <= known.offset;
  }

  /**
   * A message has been dealt with: it need not be sent again.
   * @param {string} timeline
   * @param {Position} position
   */
  advance(timeline, { offset, epoch }) {
    if (this.isRepeat(timeline, { offset, epoch })) return;
    this.#settled.set(timeline, { offset, epoch });
    this.#toAck.set(timeline, offset);
    this.#messagesToAck++;
  }

  /**
   * The server says where this client stands, on connecting; a position of ours goes before it.
   * @param {string} timeline
   * @param {Position} position
   */
  begin(timeline, position) {
    if (!this.#settled.has(timeline)) this.#settled.set(timeline, position);
  }

  /**
   * The server cannot give everything up to here.
   * @param {string} timeline
   * @param {Position} position
   */
  reset(timeline, position) {
    this.#settled.set(timeline, position);
    this.#toAck.delete(timeline);
  }

  /** @param {string} timeline */
  forget(timeline) {
    this.#settled.delete(timeline);
    this.#toAck.delete(timeline);
  }

  /** For the `connect` frame. */
  get resume() {
    return Object.fromEntries(this.#settled);
  }

  /** Has enough come to acknowledge it before its time? */
  get isAckDue() {
    return this.#messagesToAck >= ACK_AFTER_MESSAGES;
  }

  /**
   * What to acknowledge now; it counts as acknowledged from here on.
   * @returns {Record<string, number> | undefined} undefined when there is nothing
   */
  takeAck() {
    if (this.#toAck.size === 0) return undefined;
    const ack = Object.fromEntries(this.#toAck);
    this.#toAck.clear();
    this.#messagesToAck = 0;
    return ack;
  }

  /** A new session has been sent nothing yet: what was not acknowledged in the last one is, by resuming after it. */
  dropAck() {
    this.#toAck.clear();
    this.#messagesToAck = 0;
  }
}
