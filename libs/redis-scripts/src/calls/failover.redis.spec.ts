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

describe('a primary that is cut off from its replica', () => {
  let redis: ReplicatedRedis;
  afterEach(async () => {
    shut();
    await redis.stop();
  });

  /** The cable between the two is pulled; how a call ends once Redis has noticed, if it cares. */
  async function cutOff(args: readonly string[]): Promise<void> {
    redis = await ReplicatedRedis.start({ args });
    await open(redis.url);
    // Until the replica has been counted, too, writes are refused; refused ones are refused for good.
    await until(() => caller.call(log, [key], ['before', '0']), { what: 'the first write to be taken' });
    await redis.whenReplicaIsCurrent();
    redis.primary.link.stall();
    // What counts is what Redis has counted last, once a second; where it does not count, what the other has not said.
    const sign = args.length > 0 ? /min_slaves_good_slaves:0/ : /lag=([3-9]|\d\d)/;
    const isLate = async (): Promise<boolean> => sign.test(await redis.primary.admin.info('replication'));
    await until(isLate, { what: 'the primary to notice' });
  }

  test('refuses writes at once where it may not be alone, and takes them when the replica is back', async () => {
    await cutOff(['--min-replicas-to-write', '1', '--min-replicas-max-lag', '2']);
    const refused = caller.call(log, [key], ['refused', '0']);
    await expect(refused).rejects.toMatchObject({ code: 'unavailable', reason: 'replicas' });
    expect(await redis.primary.admin.lrange(key, 0, -1)).toEqual(['before']);
    redis.primary.link.resume();
    await until(() => caller.call(log, [key], ['after', '0']).then(Boolean), { what: 'writes to be taken' });
    await redis.whenReplicaIsCurrent();
    expect(await redis.replica.admin.lrange(key, 0, -1)).toEqual(['before', 'after']);
  }, 40_000);

  test('control: where it may be alone it goes on, and a promoted replica lacks what it took', async () => {
    await cutOff([]);
    await expect(caller.call(log, [key], ['accepted', '0'])).resolves.toBe('OK');
    await redis.promote();
    expect(await redis.primary.admin.lrange(key, 0, -1)).toEqual(['before']);
  }, 40_000);
});
