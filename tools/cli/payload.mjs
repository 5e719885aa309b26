// The payload of a message as it is given on the command line.
import { Usage } from './endings.mjs';

/**
 * What reads as JSON is JSON, anything else a text; what begins like JSON and is none is a slip.
 * @param {string} given `-` is stdin
 * @param {boolean} isText
 * @returns {Promise<{} | null>}
 */
export async function payloadOf(given, isText = false) {
  const text = given === '-' ? await stdin() : given;
  if (isText) return text;
  try {
    return JSON.parse(text);
  } catch {
    if (!/^\s*[[{"]/.test(text)) return text;
    throw new Usage('The payload begins like JSON and is none; --text sends it as it stands.');
  }
}

/** Without the line break at its end, which is the shell's. */
async function stdin() {
  /** @type {Buffer[]} */
  const parts = [];
  for await (const part of process.stdin) parts.push(part);
  return Buffer.concat(parts)
    .toString('utf8')
    .replace(/\r?\n$/, '');
}
