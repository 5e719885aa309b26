// FANFARE_REDIS_URL names a Redis of somebody else's. Whether anything listens there is asked before the services start,
// because "the api was not ready in time" would be a poor hint at a mistyped address.
import { Trouble } from '../bootstrap/trouble.mjs';
import { isListening } from './probe.mjs';

const REDIS_PORT = 6379;
const SENTINEL_PORT = 26379;

/**
 * Every host of the address: a list of Sentinels or cluster nodes has commas.
 * @param {string} url
 * @returns {{ host: string, port: number }[]}
 * @throws {Trouble} when it is no address
 */
export function hostsIn(url) {
  const parts = /^(rediss?|redis\+sentinel|redis\+cluster):\/\/(?:[^@/]*@)?([^/?]+)/.exec(url);
  if (!parts) throw new Trouble('FANFARE_REDIS_URL is no address of a Redis; one is redis://127.0.0.1:6379');
  const usual = parts[1] === 'redis+sentinel' ? SENTINEL_PORT : REDIS_PORT;
  return (parts[2] ?? '').split(',').map((entry) => {
    const [, host = '', port] = /^(\[[^\]]+\]|[^:]*)(?::(\d+))?$/.exec(entry) ?? [];
    return { host: host.replace(/^\[|\]$/g, '') || '127.0.0.1', port: port ? Number(port) : usual };
  });
}

/**
 * @param {string} url
 * @throws {Trouble} when none of its hosts answers
 */
export async function requireReachable(url) {
  const hosts = hostsIn(url);
  const answers = await Promise.all(hosts.map(({ host, port }) => isListening(host, port)));
  if (answers.includes(true)) return;
  const names = hosts.map(({ host, port }) => `${host}:${port}`).join(', ');
  throw new Trouble(`Nothing listens at ${names}, the address in FANFARE_REDIS_URL: start it, or unset the variable.`);
}
