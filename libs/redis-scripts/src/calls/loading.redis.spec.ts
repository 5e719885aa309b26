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

test('a call that can wait is carried out once it is loaded; another ends by its deadline as unavailable', async () => {
  await redis.kill();
  const back = redis.restart();
  const impatient = new Redis(redis.port, '127.0.0.1', { enableReadyCheck: false, retryStrategy: () => 20 });
  impatient.on('error', () => undefined);
  try {
    // The control: a client that does not wait is told, and what it asked for is not done.
    const refusal = async (): Promise<boolean> =>
      impatient.rpush(key, 'refused').then(
        () => false,
        (error: Error) => error.message.startsWith('LOADING'),
      );
    await until(refusal, { what: 'Redis to be loading' });
    const long = caller.call(push, [key], ['last'], { deadlineMs: 20_000 });
    const short = caller.call(push, [key], ['never'], { deadlineMs: 100 });
    await expect(short).rejects.toMatchObject({ code: 'unavailable' });
    await expect(long).resolves.toBe('OK');
    await back;
    expect(await impatient.lrange(key, -2, -1)).toEqual([String(stored - 1), 'last']);
    expect(await impatient.llen(key)).toBe(stored + 1);
  } finally {
    impatient.disconnect();
    await back;
  }
}, 40_000);
