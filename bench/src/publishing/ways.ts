/** Ways to write messages to Redis, each with so many on their way at once: plain commands, and Fanfare's own. */
import { createHash } from 'node:crypto';
import { ListAppender, messageFields, messageJson, newMessageId } from '@fanfare/timelines';
import { Redis } from 'ioredis';
import type { InProcess } from './in-process.js';
import { RETENTION } from './in-process.js';
import { PAYLOAD, STORED_JSON } from './message.js';

/** What is timed: `send` writes some messages and resolves to how many when Redis has answered. */
export interface Way {
  readonly atOnce: number;
  send(): Promise<number>;
}

export const DEPTH = 256;
export const PER_SCRIPT = 128;
export const BATCH = 1000;
export const USERS = 100_000;

const PUSH_MANY = `#!lua
for index, key in ipairs(KEYS) do redis.call('RPUSH', key, ARGV[index]) end
return { 'OK' }`;

const plainWays = ['set', 'set-pipelined', 'rpush', 'rpush-pipelined', 'rpush-script'] as const;
type PlainWay = (typeof plainWays)[number];
type FanfareWay = 'publish' | 'publish-pipelined' | 'publish-batch' | 'publish-script' | 'publish-group';
export type WayName = PlainWay | FanfareWay;

export function isPlain(way: WayName): way is PlainWay {
  return (plainWays as readonly WayName[]).includes(way);
}

const several = (count: number, next: () => string): string[] => Array.from({ length: count }, next);

export async function plainWay(name: PlainWay, port: number): Promise<Way & { close(): void }> {
  const redis = new Redis({ host: '127.0.0.1', port });
  const close = (): void => redis.disconnect();
  const sha1 = createHash('sha1').update(PUSH_MANY).digest('hex');
  await redis.script('LOAD', PUSH_MANY);
  let number = 0;
  const key = (): string => `bench/plain/${(number += 1) % USERS}`;
  const pipelined = async (add: (pipeline: ReturnType<Redis['pipeline']>) => unknown): Promise<number> => {
    const pipeline = redis.pipeline();
    for (let index = 0; index < DEPTH; index += 1) add(pipeline);
    await pipeline.exec();
    return DEPTH;
  };
  const values = several(PER_SCRIPT, () => STORED_JSON);
  const sends: Record<PlainWay, () => Promise<number>> = {
    set: () => redis.set(`${key()}s`, STORED_JSON).then(() => 1),
    'set-pipelined': () => pipelined((pipeline) => pipeline.set(`${key()}s`, STORED_JSON)),
    rpush: () => redis.rpush(key(), STORED_JSON).then(() => 1),
    'rpush-pipelined': () => pipelined((pipeline) => pipeline.rpush(key(), STORED_JSON)),
    'rpush-script': () =>
      redis.evalsha(sha1, PER_SCRIPT, ...several(PER_SCRIPT, key), ...values).then(() => PER_SCRIPT),
  };
  return { atOnce: 1, send: sends[name], close };
}

/** @param group of `publish-group` */
export function fanfareWay(name: FanfareWay, own: InProcess, group = ''): Way {
  let number = 0;
  const user = (): string => `user-${(number += 1) % USERS}`;
  const one = (): Promise<number> => own.publish({ to: { user: user() }, payload: PAYLOAD }).then(() => 1);
  const batch = (): Promise<number> => Promise.all(Array.from({ length: BATCH }, one)).then((all) => all.length);
  switch (name) {
    case 'publish':
      return { atOnce: 1, send: one };
    case 'publish-pipelined':
      return { atOnce: DEPTH, send: one };
    case 'publish-batch':
      return { atOnce: 1, send: batch };
    case 'publish-script':
      return { atOnce: DEPTH / PER_SCRIPT, send: lists(own) };
    case 'publish-group':
      return { atOnce: 1, send: () => own.publish({ to: { group }, payload: PAYLOAD }).then(() => 1) };
  }
}

/** A chunk of a list after the other, as the worker appends them. */
function lists({ scripts, keys }: InProcess): Way['send'] {
  const appender = new ListAppender(scripts, keys, RETENTION);
  const members = new Map<number, string[]>();
  for (let index = 0; index < USERS; index += 1) {
    const { index: home } = keys.homeOf('user', `user-${index}`);
    members.set(home, [...(members.get(home) ?? []), `user-${index}`]);
  }
  const job = newMessageId();
  let next = 0;
  return async () => {
    const index = (next += 1);
    const partition = index % keys.partitions;
    const users = (members.get(partition) ?? []).slice(0, PER_SCRIPT);
    const fields = messageFields(newMessageId(), Date.now(), { payload: PAYLOAD });
    const json = Buffer.from(messageJson(fields, PAYLOAD));
    await appender.append({ job, index, partition, users }, { priority: 2, expiresAt: 0, from: undefined, json });
    return users.length;
  };
}
