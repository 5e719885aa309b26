// Is it there and does it work? Asked of Redis and of services, without any dependency.
import { connect } from 'node:net';

const ANSWER_MS = 2000;

/**
 * Does a service say that it can take work?
 * @param {string} url its /health/ready
 */
export async function isHttpReady(url) {
  try {
    const response = await fetch(url, { signal: AbortSignal.timeout(ANSWER_MS) });
    await response.body?.cancel();
    return response.status === 200;
  } catch {
    return false;
  }
}

/**
 * Does a Redis answer a PING with PONG? While it reads its log at start it answers LOADING, which is not ready.
 * @param {number} port
 * @param {string} [host]
 * @returns {Promise<boolean>}
 */
export async function isRedisReady(port, host = '127.0.0.1') {
  return (await firstReply(host, port, 'PING\r\n')).startsWith('+PONG');
}

/**
 * Does anything listen there?
 * @param {string} host
 * @param {number} port
 * @returns {Promise<boolean>}
 */
export function isListening(host, port) {
  return new Promise((resolve) => {
    const socket = connect({ host, port, timeout: ANSWER_MS });
    /** @param {boolean} answer */
    const done = (answer) => {
      socket.destroy();
      resolve(answer);
    };
    socket.once('connect', () => done(true));
    socket.once('timeout', () => done(false));
    socket.once('error', () => done(false));
  });
}

/**
 * @param {string} host
 * @param {number} port
 * @param {string} request
 * @returns {Promise<string>} the first bytes of the answer; empty when there is none
 */
function firstReply(host, port, request) {
  return new Promise((resolve) => {
    const socket = connect({ host, port, timeout: ANSWER_MS });
    /** @param {string} reply */
    const done = (reply) => {
      socket.destroy();
      resolve(reply);
    };
    socket.once('connect', () => socket.write(request));
    socket.once('data', (bytes) => done(bytes.toString('latin1')));
    for (const event of ['timeout', 'error', 'close']) socket.once(event, () => done(''));
  });
}
