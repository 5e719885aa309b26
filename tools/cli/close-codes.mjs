// What the gateway means by closing a connection, and whether to come back.

/** @type {Record<number, { text: string, isFinal?: boolean }>} */
const MEANINGS = {
  1000: { text: 'the gateway closed the connection' },
  1001: { text: 'the gateway is going away' },
  1006: { text: 'the connection broke' },
  1009: { text: 'a frame was too large', isFinal: true },
  1012: { text: 'the gateway is restarting' },
  4400: { text: 'the gateway could not read a frame of this client', isFinal: true },
  4401: { text: 'the token is not, or no longer, valid' },
  4403: { text: 'this origin is not allowed', isFinal: true },
  4408: { text: 'this client was too slow, or silent' },
  4409: { text: 'the backend disconnected this user', isFinal: true },
  4429: { text: 'too many connections' },
  4503: { text: 'the gateway is busy' },
};

/**
 * @param {number} code
 * @param {string} reason what the gateway said about it
 * @returns {{ text: string, isFinal: boolean }} isFinal: coming back would not help
 */
export function meaningOf(code, reason = '') {
  const { text, isFinal = false } = MEANINGS[code] ?? { text: 'the connection was closed' };
  return { text: `${text} (${code}${reason === '' ? '' : `, ${reason}`})`, isFinal };
}
