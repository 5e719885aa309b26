// What the commands stand on: the built library, the sources of the scripts, and a connection. Nothing here is needed for
// --help or to tell a wrong command line.
import { fileURLToPath } from 'node:url';
import { readSources } from '../lua/sources.mjs';
import { Failure, Usage } from './trouble.mjs';

/** @typedef {typeof import('@fanfare/redis-scripts')} Library */
/** @typedef {import('@fanfare/redis-scripts').RedisConnection} RedisConnection */
/** @typedef {import('@fanfare/redis-scripts').AnyScript} AnyScript */
/** @typedef {import('../lua/sources.mjs').Script} Source */

export const root = fileURLToPath(new URL('../..', import.meta.url));
/** A Redis that is there answers at once; one whose name has to be looked up, or across a border, within this. */
const CONNECT_MS = 2500;

/** @returns {Promise<Library>} */
export async function library() {
  try {
    return await import('@fanfare/redis-scripts');
  } catch (error) {
    const { code } = /** @type {NodeJS.ErrnoException} */ (error);
    if (code !== 'ERR_MODULE_NOT_FOUND') throw error;
    throw new Failure('Nothing is installed or built yet: run `npm start` once, which does both.');
  }
}

/**
 * @template T
 * @param {string} url
 * @param {(connection: RedisConnection, library: Library) => Promise<T>} use
 * @returns {Promise<T>}
 * @throws {Failure} that says which setting to look at
 */
export async function withRedis(url, use) {
  const loaded = await library();
  const connection = await connect(loaded, url);
  try {
    return await use(connection, loaded);
  } finally {
    connection.close();
  }
}

/** @param {Library} loaded @param {string} url */
async function connect({ connectRedis, RedisSetupError }, url) {
  try {
    return await connectRedis(url, { name: 'fanfare-scripts', timeoutMs: CONNECT_MS });
  } catch (error) {
    if (error instanceof RedisSetupError) throw error.problem === 'url' ? wrongUrl(error) : new Failure(error.message);
    throw new Failure(unreachable(url, error instanceof Error ? error.cause : undefined));
  }
}

/** @param {Error} error */
export const wrongUrl = (error) => new Usage(`FANFARE_REDIS_URL, or --redis: ${error.message}`);

/** @param {string} url or an address @param {unknown} cause */
export function unreachable(url, cause) {
  const why = cause instanceof Error ? cause.message : String(cause);
  if (why.startsWith('BUSY')) {
    return `A script keeps the Redis at ${shown(url)} busy: \`npm run scripts -- kill\` ends it, if it has written nothing.`;
  }
  return (
    `The Redis at ${shown(url)} cannot be reached (${why}).\n` +
    'Is it running? `npm start` starts one; FANFARE_REDIS_URL or --redis names another.'
  );
}

/** Without user and password. @param {string} url */
const shown = (url) => url.replace(/\/\/[^@/]*@/, '//').replace(/\?.*$/, '');

/** @returns {Source[]} */
export function sources() {
  return readSources(root).scripts;
}

/**
 * @param {string | undefined} name
 * @returns {Source}
 * @throws {Usage} that names those that are alike
 */
export function sourceOf(name = '') {
  const all = sources();
  const found = all.find((source) => source.name === name);
  if (found) return found;
  const [domain = ''] = name.split('/');
  const alike = all.filter((source) => source.domain === domain || source.verb === domain).map((source) => source.name);
  const hint = alike.length > 0 ? `; there are ${alike.join(', ')}` : '; `npm run scripts -- list` names them';
  throw new Usage(`There is no script "${name}"${hint}.`);
}
