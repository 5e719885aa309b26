// How ioredis is set up: it connects, frames and parses; waiting, repeating and order are ours (calls/).
import type { RedisOptions } from 'ioredis';
import { readWithOwnDecoder } from './own-decoder.js';
import type { Address, RedisTarget } from './url.js';

/** Without the one option whose type forbids to pass options on. */
export type ClientOptions = Omit<RedisOptions, 'replyMapping'>;

const MAX_RECONNECT_MS = 1000;
/** Without any byte for so long while an answer is due, the connection is dead (a cable was pulled). */
const SOCKET_TIMEOUT_MS = 10_000;

/** Full jitter keeps many processes from coming back at the same moment. */
export function reconnectDelay(attempt: number): number {
  const cap = Math.min(MAX_RECONNECT_MS, 25 * 2 ** Math.min(attempt, 10));
  return Math.ceil(cap * (0.5 + Math.random() / 2));
}

export function clientOptions(target: RedisTarget, connectionName: string): ClientOptions {
  readWithOwnDecoder();
  return {
    connectionName,
    db: target.db,
    ...(target.username === undefined ? {} : { username: target.username }),
    ...(target.password === undefined ? {} : { password: target.password }),
    ...(target.tls ? { tls: {}, enableTLSForSentinelMode: false } : {}),
    lazyConnect: true,
    // Each of these would repeat or reorder commands behind our back. 0 retries makes ioredis hand back everything that
    // was on its way the moment a connection closes; otherwise, without resending, it would never answer it.
    enableOfflineQueue: false,
    maxRetriesPerRequest: 0,
    autoResendUnfulfilledCommands: false,
    autoResubscribe: false,
    connectTimeout: 5000,
    disconnectTimeout: 500, // ioredis keeps the process for so long after closing a socket that was closed already
    socketTimeout: SOCKET_TIMEOUT_MS,
    maxLoadingRetryTime: 500,
    retryStrategy: reconnectDelay,
  };
}

/** Where that client connects to: one server, or whichever server the Sentinels name. */
export function placeOptions(target: RedisTarget, address: Address): ClientOptions {
  if (target.kind !== 'sentinel') return { host: address.host, port: address.port };
  return {
    sentinels: target.addresses,
    name: target.sentinelName ?? '',
    role: 'master',
    failoverDetector: true,
    sentinelRetryStrategy: reconnectDelay,
    ...(target.sentinelPassword === undefined ? {} : { sentinelPassword: target.sentinelPassword }),
  };
}
