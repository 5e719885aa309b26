// Partitions: their number is settled once for all services, and each is fenced by the history that Redis has.
import { startRedis, type ThrowawayRedis } from '@fanfare/testing';
import type { Redis } from 'ioredis';
import { ScriptCaller } from './calls/script-caller.js';
import { connectRedis, type RedisConnection } from './connection/connect.js';
import { allScripts, partitionClaim, partitionTake } from './generated/index.js';
import { Keyspace } from './keys/keyspace.js';

let redis: ThrowawayRedis;
let admin: Redis;
let connection: RedisConnection;
let scripts: ScriptCaller;
let keys: Keyspace;
let apps = 0;

beforeAll(async () => {
  redis = await startRedis({ mode: 'cluster' });
  const [server] = redis.servers;
  if (!server) throw new Error('a started Redis has a server');
  admin = server.connection();
  connection = await connectRedis(redis.url);
  scripts = new ScriptCaller(connection);
});
beforeEach(() => {
  keys = new Keyspace(`app${(apps += 1)}`, 4);
});
afterAll(async () => {
  scripts.close();
  connection.close();
  admin.disconnect();
  await redis.stop();
});

const part = (): string => keys.home(0).part;
const take = async (): Promise<string> => (await partitionTake(scripts, { part: part() })).epoch;
/** As if another server had written last. */
const changeHistory = (owner = 'f'.repeat(40)) => admin.hset(part(), 'owner', owner);

test('the number of partitions is what the first service was set to; another one is told so', async () => {
  const claim = (partitions: number) => partitionClaim(scripts, { config: keys.config }, { partitions });
  await expect(claim(256)).resolves.toEqual({ status: 'OK' });
  await expect(claim(256)).resolves.toEqual({ status: 'OK' });
  await expect(claim(512)).resolves.toEqual({ status: 'OTHER', partitions: 256 });
});

test('many services that start at once settle on one number', async () => {
  const claims = [64, 128, 256, 64, 128, 256].map((partitions) =>
    partitionClaim(scripts, { config: keys.config }, { partitions }),
  );
  const answers = await Promise.all(claims);
  expect(answers.filter(({ status }) => status === 'OK')).toHaveLength(2);
});

test('a partition has one epoch as long as Redis has one history', async () => {
  const epoch = await take();
  expect(epoch).toMatch(/^1\.[0-9a-f]{8}$/);
  expect([await take(), await take()]).toEqual([epoch, epoch]);
});

test('another history gives another epoch: a number that grows, and part of the history’s id', async () => {
  const first = await take();
  await changeHistory();
  const second = await take();
  const info = await admin.info('replication');
  const owner = /master_replid:([0-9a-f]{40})/.exec(info)?.[1] ?? '';
  expect([first, second]).toEqual([`1.${owner.slice(0, 8)}`, `2.${owner.slice(0, 8)}`]);
  expect(await admin.hget(part(), 'owner')).toBe(owner);
});

test('control: without a change of the history the number does not grow', async () => {
  await take();
  await changeHistory((await admin.hget(part(), 'owner')) ?? '');
  await expect(take()).resolves.toMatch(/^1\./);
});

test('the newest 16 epochs are kept as lineage, newest first', async () => {
  for (let count = 0; count < 20; count += 1) {
    await take();
    await changeHistory();
  }
  const lineage = ((await admin.hget(part(), 'lineage')) ?? '').split(' ');
  expect(lineage.map((epoch) => Number.parseInt(epoch, 10))).toEqual(
    Array.from({ length: 16 }, (_, index) => 20 - index),
  );
});

describe('a script that only reads', () => {
  const asking = allScripts.filter(({ partIndex }) => partIndex >= 0);
  const args: Record<string, string[]> = {
    'timeline/read': ['', '0', '10', '1000'],
    'timeline/page': ['-1', '0', '0', '0', '10', '1000'],
    'timeline/seek': ['1'],
    'user/inbox': ['-1', '0', '0', '10', '1000'],
    'node/check': ['n1'],
  };

  test('is one of these', () => {
    expect(asking.map(({ name }) => name).sort()).toEqual(Object.keys(args).sort());
    expect(asking.every(({ readOnly }) => readOnly)).toBe(true);
  });

  test.each(asking)('asks for a partition of another history to be taken: $name', async ({ name, source }) => {
    const { home, log, state } = keys.user('a');
    const seen = keys.userSeen(keys.user('a'), 'user:a');
    const run = () => admin.eval(source, 4, home.part, log, state, seen, ...(args[name] ?? []));
    expect(await run()).toEqual(['TAKE']);
    await partitionTake(scripts, { part: home.part });
    expect(await run()).not.toEqual(['TAKE']);
    await admin.hset(home.part, 'owner', 'f'.repeat(40));
    expect(await run()).toEqual(['TAKE']);
  });
});
