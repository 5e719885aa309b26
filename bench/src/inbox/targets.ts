/** The two that answer pages of inboxes, and the inboxes. */
import { Keyspace } from '@fanfare/redis-scripts';
import type { ApiClient, RedisServer, Service } from '@fanfare/testing';
import { PAYLOAD } from '../publish/load.js';
import type { Webdis } from './programs.js';

export const [USERS, MESSAGES, PAGE] = [1000, 50, 20];
const BATCH = 1000;
const PARTITIONS = 256;
const users = Array.from({ length: USERS }, (_, index) => `user-${index}`);

export interface Target {
  readonly name: string;
  readonly url: string;
  readonly pid: number;
  readonly paths: readonly string[];
  readonly headers: Readonly<Record<string, string>>;
}

export function fanfare({ url, pid = 0 }: Service, key: string): Target {
  const paths = users.map((user) => `/v1/users/${user}/inbox?limit=${PAGE}`);
  return { name: 'Fanfare, one api', url, pid, paths, headers: { authorization: `Bearer ${key}` } };
}

export function peer({ url, pid }: Webdis): Target {
  const paths = users.map((user) => `/LRANGE/${user}/-${PAGE}/-1.raw`);
  return { name: 'Webdis, two threads', url, pid, paths, headers: {} };
}

export async function fill(api: ApiClient): Promise<void> {
  const messages = users.flatMap((user) =>
    Array.from({ length: MESSAGES }, () => ({ to: { user }, payload: PAYLOAD })),
  );
  for (let start = 0; start < messages.length; start += BATCH) {
    const { status } = await api.batch(messages.slice(start, start + BATCH));
    if (status !== 200) throw new Error(`a batch was answered with ${status}`);
  }
}

/**
 * Webdis takes the parts of a path for arguments, so a key with a slash can't be named: it gets a copy of each list. Its
 * JSON leaves out what is not UTF-8, as the head of an entry is not: it is asked for Redis's own form.
 */
export async function copyForPeer(server: RedisServer): Promise<void> {
  const keys = new Keyspace('default', PARTITIONS);
  const redis = server.connection();
  const copied = await Promise.all(users.map((user) => redis.copy(keys.user(user).log, user)));
  redis.disconnect();
  if (copied.some((done) => done !== 1)) throw new Error('a list could not be copied');
}
