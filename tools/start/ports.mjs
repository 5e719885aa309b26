// Port settings: what they say, and whether the ports can be had.
import { createServer } from 'node:net';
import { Trouble } from '../bootstrap/trouble.mjs';

/** @typedef {{ setting: string, port: number }} Port */

/**
 * @param {NodeJS.ProcessEnv} env
 * @param {string} setting
 * @param {number} fallback
 * @returns {Port}
 */
export function portFrom(env, setting, fallback) {
  const text = env[setting] || String(fallback);
  const port = Number(text);
  if (Number.isInteger(port) && port >= 1 && port <= 65_535) return { setting, port };
  throw new Trouble(`${setting} is "${text}", which is no port: set it to a number from 1 to 65535.`);
}

/**
 * @param {readonly Port[]} ports
 * @param {string} host address that the services listen on
 * @throws {Trouble} naming the first port that is wanted twice or in use
 */
export async function requireFree(ports, host) {
  for (const [at, { setting, port }] of ports.entries()) {
    const twin = ports.slice(0, at).find((other) => other.port === port);
    if (twin) throw new Trouble(`${twin.setting} and ${setting} are both ${port}: give each a port of its own.`);
    const code = await whyNotFree(port, host);
    if (code === 'EADDRINUSE') {
      throw new Trouble(`Port ${port} is in use: end what listens there, or set ${setting} to another port.`);
    }
    if (code) throw new Trouble(`Port ${port} (${setting}) on ${host} cannot be used: ${code}. Set another one.`);
  }
}

/**
 * @param {number} port
 * @param {string} host
 * @returns {Promise<string | undefined>} the error's code, if it is not free
 */
function whyNotFree(port, host) {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', (/** @type {NodeJS.ErrnoException} */ error) => resolve(error.code ?? error.message));
    server.listen({ port, host, exclusive: true }, () => server.close(() => resolve(undefined)));
  });
}
