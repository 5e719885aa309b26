// The forms of FANFARE_REDIS_URL. Credentials never appear in a message: errors name the forms, not the URL.
import { RedisSetupError } from '../errors.js';

export type RedisKind = 'single' | 'sentinel' | 'cluster';

export interface Address {
  host: string;
  port: number;
}

export interface RedisTarget {
  kind: RedisKind;
  /** The server, the Sentinels, or some nodes of the cluster. */
  addresses: Address[];
  /** Name of the primary that Sentinels watch. */
  sentinelName?: string;
  sentinelPassword?: string;
  username?: string;
  password?: string;
  db: number;
  tls: boolean;
  /** The URL without credentials, for logs. */
  redacted: string;
}

const FORMS =
  'redis://[user:password@]host:port[/db], rediss://…, redis+sentinel://host:port,host:port/name or redis+cluster://host:port,host:port';
const URL_PARTS = /^(rediss?|redis\+sentinel|redis\+cluster):\/\/(?:([^@/?]*)@)?([^@/?]+)(?:\/([^?]*))?(?:\?(.*))?$/;
const ADDRESS = /^(\[[^\]]+\]|[^:]+)(?::(\d{1,5}))?$/;
const KINDS: Record<string, RedisKind> = { 'redis+sentinel': 'sentinel', 'redis+cluster': 'cluster' };

/**
 * Sentinels and clusters take `?tls=true` for TLS to the servers, and Sentinels `&sentinelPassword=`.
 *
 * @throws RedisSetupError that names the forms
 */
export function parseRedisUrl(url: string): RedisTarget {
  const match = URL_PARTS.exec(url.trim());
  if (!match) throw wrong(`a Redis URL has one of the forms ${FORMS}`);
  const [, scheme = '', credentials, hosts = '', path = '', search] = match;
  const kind = KINDS[scheme] ?? 'single';
  const query = new URLSearchParams(search);
  const addresses = hosts.split(',').map((text) => parseAddress(text, kind));
  if (kind === 'single' && addresses.length > 1) throw wrong(`more than one host needs one of the forms ${FORMS}`);
  const sentinelPassword = query.get('sentinelPassword');
  return {
    kind,
    addresses,
    ...parseCredentials(credentials),
    ...parsePath(kind, path),
    ...(sentinelPassword === null ? {} : { sentinelPassword }),
    tls: scheme === 'rediss' || query.get('tls') === 'true',
    redacted: `${scheme}://${hosts}${path === '' ? '' : `/${path}`}`,
  };
}

function parseAddress(text: string, kind: RedisKind): Address {
  const [, host, port] = ADDRESS.exec(text) ?? [];
  if (host === undefined) throw wrong(`"${text}" is not host:port`);
  const number = port === undefined ? (kind === 'sentinel' ? 26_379 : 6379) : Number(port);
  if (number < 1 || number > 65_535) throw wrong(`${port} is not a port`);
  return { host: host.replace(/^\[|\]$/g, ''), port: number };
}

function parseCredentials(text: string | undefined): { username?: string; password?: string } {
  if (text === undefined || text === '') return {};
  const colon = text.indexOf(':');
  const username = decode(colon < 0 ? text : text.slice(0, colon));
  const password = colon < 0 ? undefined : decode(text.slice(colon + 1));
  return { ...(username === '' ? {} : { username }), ...(password === undefined ? {} : { password }) };
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    throw wrong('user and password of a Redis URL must be percent-encoded');
  }
}

function parsePath(kind: RedisKind, path: string): { db: number; sentinelName?: string } {
  const [first = '', second = ''] = path.split('/');
  const db = kind === 'sentinel' ? second : first;
  if (db !== '' && !/^\d{1,4}$/.test(db)) throw wrong(`"${db}" is not the number of a database`);
  if (kind === 'cluster' && Number(db) > 0) throw wrong('a cluster has database 0 only');
  if (kind === 'sentinel' && first === '') throw wrong('redis+sentinel://… needs the name of the primary: /name');
  return { db: Number(db), ...(kind === 'sentinel' ? { sentinelName: decode(first) } : {}) };
}

function wrong(message: string): RedisSetupError {
  return new RedisSetupError('url', message);
}
