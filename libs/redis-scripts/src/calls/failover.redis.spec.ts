// Calls while a primary and its replica change roles: each is carried out once, in order.
import { createHash } from 'node:crypto';
import { ReplicatedRedis, until } from '@fanfare/testing';
import { Redis } from 'ioredis';
import { connectRedis, type RedisConnection } from '../connection/connect.js';
import { statusOf } from '../reply.js';
import type { Script } from '../script.js';
import { ScriptCaller } from './script-caller.js';

const key = 'test/{1}/log';
const source = `#!lua
if ARGV[2] == '1' and redis.call('LPOS', KEYS[1], ARGV[1]) then return { 'DUPLICATE' } end
redis.call('RPUSH', KEYS[1], ARGV[1])
return { 'OK' }`;
const sha1 = createHash('sha1').update(source).digest('hex');
const log: Script<string> = {
  ...{ name: 'test/log', sha1, source, readOnly: false, partIndex: -1, retryIndex: 1 },
  decode: statusOf,
};

let connection: RedisConnection;
let caller: ScriptCaller;

async function open(url: string): Promise<void> {
  connection = await connectRedis(url);
  caller = new ScriptCaller(connection, { scripts: [log], deadlineMs: 30_000 });
  await until(() => caller.isReady, { what: 'scripts to be loaded' });
}
function shut(): void {
  caller.close();
  connection.close();
}

const ids = (count: number): string[] => Array.from({ length: count }, (_, index) => String(index));

describe('a primary and its replica', () => {
  let redis: ReplicatedRedis;
  beforeAll(async () => {
    redis = await ReplicatedRedis.start();
  });
  afterAll(() => redis.stop());
  beforeEach(async () => {
    await redis.primary.admin.del(key);
    await redis.whenReplicaIsCurrent();
    await open(redis.url);
  });
  afterEach(shut);

  test('change roles under load, and back again: READONLY is waited out, each call runs once, in order', async () => {
    const calls: Promise<string>[] = [];
    const send = (count: number): void => {
      for (let more = 0; more < count; more++) calls.push(caller.call(log, [key], [String(calls.length), '0']));
    };
    for (const _ of ['there', 'and back']) {
      send(500);
      const swapped = redis.swapRoles();
      send(500);
      await swapped;
      const old = redis.replica.admin;
      const refusals = async (): Promise<boolean> => (await old.info('errorstats')).includes('errorstat_READONLY');
      send(500);
      await until(refusals, { what: 'the old primary to refuse' });
      await old.config('RESETSTAT');
      redis.followPrimary();
    }
    await Promise.all(calls);
    expect(await redis.primary.admin.lrange(key, 0, -1)).toEqual(ids(3000));
  }, 40_000);

  test('control: a plain client hands READONLY to its caller, and what it asked for is not done', async () => {
    const plain = new Redis(redis.url, { retryStrategy: null });
    await plain.rpush(key, 'before');
    await redis.swapRoles();
    await expect(plain.rpush(key, 'after')).rejects.toThrow('READONLY');
    plain.disconnect();
    redis.followPrimary();
    expect(await redis.primary.admin.lrange(key, 0, -1)).toEqual(['before']);
  });
});
