// Asks the API for a user's token, as a backend would do for its front end.
import { Fatal } from './endings.mjs';

const ANSWER_MS = 10_000;

/** What may be better in a while. */
export class Unavailable extends Error {
  /** @override */
  name = 'Unavailable';

  /**
   * @param {string} message
   * @param {boolean} isAnswer whether the API said so itself
   */
  constructor(message, isAnswer) {
    super(message);
    this.isAnswer = isAnswer;
  }
}

/**
 * @param {import('./tail-loop.mjs').TailOptions} options
 * @returns {Promise<{ token: string, url: string }>} the token, and the address of the gateway
 * @throws {Unavailable} when nothing answers, or not now
 * @throws {Fatal} when the API refuses
 */
export async function fetchToken({ api, key, user, device }) {
  const response = await post(`${api}/v1/tokens`, key, device === undefined ? { user } : { user, device });
  const body = /** @type {any} */ (await response.json().catch(() => ({})));
  if (response.ok && typeof body.token === 'string' && typeof body.url === 'string') return body;
  const said = body.detail ?? body.title ?? response.statusText;
  if (response.status === 401) throw new Fatal(`The API does not accept this key: give the right one with --key.`);
  if (response.status === 429 || response.status >= 500)
    throw new Unavailable(`The API says ${response.status} ${said}`, true);
  if (response.ok) throw new Fatal(`What answers at ${api} is not the API of Fanfare.`);
  throw new Fatal(`The API refuses a token for this user: ${response.status} ${said}`);
}

/**
 * @param {string} url
 * @param {string} key
 * @param {object} body
 */
async function post(url, key, body) {
  try {
    return await fetch(url, {
      method: 'POST',
      headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
      body: JSON.stringify(body),
      signal: AbortSignal.timeout(ANSWER_MS),
    });
  } catch {
    throw new Unavailable(`Nothing answers at ${new URL(url).origin}: is it running? \`npm start\` starts it.`, false);
  }
}

/**
 * Where to open the WebSocket, for the address that came with the token.
 * @param {string} url
 */
export function connectUrl(url) {
  const address = new URL(url);
  if (!address.pathname.endsWith('/v1/connect')) {
    address.pathname = `${address.pathname.replace(/\/$/, '')}/v1/connect`;
  }
  return address.href;
}
