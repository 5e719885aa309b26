// What the terminal shows: messages on stdout, all else on stderr. Text from elsewhere cannot steer the terminal, because
// control characters are shown as escapes.

/**
 * @typedef {object} Message
 * @property {string} id
 * @property {string} type
 * @property {string} priority
 * @property {number} at
 * @property {string} [from]
 * @property {unknown} payload
 */

export class Printer {
  #json;

  /** @param {{ json: boolean }} options */
  constructor({ json }) {
    this.#json = json;
  }

  /**
   * Something about the connection.
   * @param {string} text
   */
  status(text) {
    process.stderr.write(`${escaped(text)}\n`);
  }

  /**
   * @param {{ timeline: string, offset?: number, epoch?: string, message: Message }} data
   */
  message(data) {
    if (this.#json) return this.event('message', data);
    process.stdout.write(`${messageLine(data)}\n`);
  }

  /**
   * Any other event: as JSON if that is wanted, else as a sentence.
   * @param {string} event
   * @param {unknown} data
   * @param {string} [sentence] nothing is shown without one
   */
  event(event, data, sentence) {
    if (this.#json) process.stdout.write(`${JSON.stringify({ event, data })}\n`);
    else if (sentence !== undefined) this.status(`-- ${sentence}`);
  }
}

/**
 * @param {{ timeline: string, offset?: number, message: Message }} data
 */
export function messageLine({ timeline, offset, message }) {
  const place = `${timeline}${offset === undefined ? '' : ` #${offset}`}`;
  const notes = [
    message.type,
    message.from === undefined ? '' : `from ${message.from}`,
    message.priority === 'normal' ? '' : message.priority,
  ].filter(Boolean);
  return escaped(`${timeOf(message.at)}  ${place}  ${notes.join(', ')}  ${JSON.stringify(message.payload)}`);
}

/** @param {number} at milliseconds since 1970 */
function timeOf(at) {
  const date = new Date(at);
  /** @param {number} number */
  const two = (number, digits = 2) => String(number).padStart(digits, '0');
  return `${two(date.getHours())}:${two(date.getMinutes())}:${two(date.getSeconds())}.${two(date.getMilliseconds(), 3)}`;
}

/** @param {string} text */
export function escaped(text) {
  return text.replace(/[\p{Cc}\u200e\u200f\u202a-\u202e\u2066-\u2069]/gu, (character) => {
    return `\\u${(character.codePointAt(0) ?? 0).toString(16).padStart(4, '0')}`;
  });
}
