/**
 * How a server or a client of the transport is set up. What means the same as in Nest's RedisOptions has the same name:
 * host, port, username, password, db, tls, serializer, deserializer.
 */
import { connectRedis, type RedisConnection } from '@fanfare/redis-scripts';
import type { Deserializer, Serializer } from '@nestjs/microservices';

export interface RedisTransportOptions {
  /** An open connection, which stays its owner's to close; without it one is opened from the fields below. */
  connection?: RedisConnection;
  /** Any form of FANFARE_REDIS_URL: one server, Sentinels, a cluster. Default: from host, port and so on. */
  url?: string;
  host?: string;
  port?: number;
  username?: string;
  password?: string;
  db?: number;
  tls?: boolean;
  serializer?: Serializer;
  deserializer?: Deserializer;
  /** The tenant whose keys these are. Default `default`. */
  app?: string;
  /** A larger packet is refused by who sends it. Default 16 MiB. */
  maxPacketBytes?: number;
  /** Entries of a stream, requests or events; the oldest go first. Default 10,000. */
  maxStreamLength?: number;
}

export const defaults = {
  deadlineMs: 5000,
  maxPacketBytes: 16 * 1024 * 1024,
  maxStreamLength: 10_000,
  maxPending: 10_000,
  concurrency: 64,
  claimAfterMs: 2000,
  forgetAfterMs: 60_000,
  maxAttempts: 5,
  closeWithinMs: 8000,
} as const;

export interface OpenConnection {
  readonly connection: RedisConnection;
  close(): void;
}

export async function openConnection(options: RedisTransportOptions, name: string): Promise<OpenConnection> {
  if (options.connection) return { connection: options.connection, close: () => undefined };
  const connection = await connectRedis(options.url ?? urlOf(options), { name });
  return { connection, close: () => connection.close() };
}

function urlOf({
  host = '127.0.0.1',
  port = 6379,
  username = '',
  password,
  db = 0,
  tls,
}: RedisTransportOptions): string {
  const secret = password === undefined ? '' : `:${encodeURIComponent(password)}`;
  const credentials = username === '' && secret === '' ? '' : `${encodeURIComponent(username)}${secret}@`;
  return `${tls ? 'rediss' : 'redis'}://${credentials}${host.includes(':') ? `[${host}]` : host}:${port}/${db}`;
}
