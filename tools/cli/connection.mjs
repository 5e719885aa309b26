// Which Fanfare a command is for: options, else the environment, else the one of `npm start`. The only place of the
// command line that reads the environment.
import { DEVELOPMENT_KEY } from '../start/settings.mjs';
import { Fatal, Usage } from './endings.mjs';

/**
 * @typedef {{ url: string, key: string }} Connection
 * @typedef {import('@fanfare/server').Fanfare} Fanfare
 */

/**
 * @param {{ url?: string, key?: string }} options
 * @param {NodeJS.ProcessEnv} [env]
 * @returns {Connection}
 * @throws {Usage}
 */
export function connectionOf(options, env = process.env) {
  const url = options.url ?? (env['FANFARE_URL'] || `http://127.0.0.1:${env['API_PORT'] || 3000}`);
  const key = options.key ?? (env['FANFARE_KEY'] || env['FANFARE_ADMIN_KEY'] || DEVELOPMENT_KEY);
  if (!/^https?:\/\//.test(url) || !URL.canParse(url)) {
    throw new Usage(`The URL is "${url}", which is no address; one is http://127.0.0.1:3000`);
  }
  return { url: url.replace(/\/+$/, ''), key };
}

/**
 * @param {Connection} connection
 * @returns {Promise<Fanfare>}
 */
export async function connect(connection) {
  const { Fanfare } = await loadServer();
  try {
    return new Fanfare(connection);
  } catch (error) {
    throw new Usage(error instanceof Error ? error.message : String(error));
  }
}

async function loadServer() {
  try {
    return await import('@fanfare/server');
  } catch (error) {
    const { code } = /** @type {NodeJS.ErrnoException} */ (error);
    if (code !== 'ERR_MODULE_NOT_FOUND') throw error;
    throw new Fatal('Fanfare is not built: run `npm start` or `npm run build` first.');
  }
}
