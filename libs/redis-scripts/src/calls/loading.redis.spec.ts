// Redis is back and still loads its log: calls wait for it, each as long as its own deadline allows.
import { createHash } from 'node:crypto';
import { startRedis, type ThrowawayRedis, until } from '@fanfare/testing';
import { Redis } from 'ioredis';
import { connectRedis, type RedisConnection } from '../connection/connect.js';
import { statusOf } from '../reply.js';
import type { Script } from '../script.js';
import { ScriptCaller } from './script-caller.js';

const source = `#!lua\nredis.call('RPUSH', KEYS[1], ARGV[1]) return { 'OK' }`;
const push: Script<string> = {
  ...{ name: 'test/push', sha1: createHash('sha1').update(source).digest('hex'), source },
  ...{ readOnly: false, partIndex: -1, retryIndex: -1 },
  decode: statusOf,
};
const key = 'test/{1}/log';
const stored = 6000;

let redis: ThrowawayRedis;
let connection: RedisConnection;
let caller: ScriptCaller;

beforeAll(async () => {
  // Each command of the log takes so many microseconds to load: two seconds in all.
  redis = await startRedis({ mode: 'single', appendonly: 'always', args: ['--key-load-delay', '300'] });
  connection = await connectRedis(redis.url);
  caller = new ScriptCaller(connection, { scripts: [push] });
  const calls = Array.from({ length: stored }, (_, id) =>
    caller.call(push, [key], [String(id)], { deadlineMs: 20_000 }),
  );
  await Promise.all(calls);
}, 40_000);
afterAll(async () => {
  caller.close();
  connection.close();
  await redis.stop();
});

/** Kills Redis and starts it again; resolves when it answers LOADING, with a client that does not wait. */
async function whileLoading(look: (impatient: Redis, back: Promise<void>) => Promise<void>): Promise<void> {
  await redis.kill();
  const back = redis.restart();
  const impatient = new Redis(redis.port, '127.0.0.1', { enableReadyCheck: false, retryStrategy: () => 20 });
  impatient.on('error', () => undefined);
  try {
    const isLoading = (): Promise<boolean> => impatient.ping().then(() => false, isRefusal);
    await until(isLoading, { what: 'Redis to be loading' });
    await look(impatient, back);
  } finally {
    impatient.disconnect();
    await back;
  }
}
const isRefusal = (error: Error): boolean => error.message.startsWith('LOADING');

test('a call that can wait is carried out once it is loaded; another ends by its deadline as unavailable', async () => {
  await whileLoading(async (impatient, back) => {
    const long = caller.call(push, [key], ['last'], { deadlineMs: 20_000 });
    const short = caller.call(push, [key], ['never'], { deadlineMs: 100 });
    await expect(short).rejects.toMatchObject({ code: 'unavailable' });
    await expect(long).resolves.toBe('OK');
    await back;
    expect(await impatient.lrange(key, -2, -1)).toEqual([String(stored - 1), 'last']);
    expect(await impatient.llen(key)).toBe(stored + 1);
  });
}, 40_000);

test('control: a client that does not wait is refused, and what it asked for is not done', async () => {
  await whileLoading(async (impatient, back) => {
    await expect(impatient.rpush(key, 'refused')).rejects.toThrow('LOADING');
    await back;
    expect(await impatient.lrange(key, -1, -1)).not.toEqual(['refused']);
  });
}, 40_000);
