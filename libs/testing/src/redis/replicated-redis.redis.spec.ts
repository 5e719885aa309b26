import { Redis } from 'ioredis';
import { until } from '../until.js';
import { ReplicatedRedis } from './replicated-redis.js';

let redis: ReplicatedRedis;
let client: Redis;
const open = (): Redis => {
  const made = new Redis(redis.url, { maxRetriesPerRequest: 50, retryStrategy: () => 20 });
  made.on('error', () => undefined);
  return made;
};
beforeAll(async () => {
  redis = await ReplicatedRedis.start({ appendonly: 'everysec' });
  client = open();
});
afterAll(async () => {
  client.disconnect();
  await redis.stop();
});

const replid = async (): Promise<string | undefined> =>
  /master_replid:(\S+)/.exec(await redis.primary.admin.info('replication'))?.[1];

test('what the primary was told, the replica has', async () => {
  await client.set('key', 'first');
  await redis.whenReplicaIsCurrent();
  expect(await redis.replica.admin.get('key')).toBe('first');
});

test('a detached replica is stale until it is attached again', async () => {
  redis.detachReplica();
  await client.set('key', 'second');
  expect(await redis.replica.admin.get('key')).toBe('first');
  expect(await redis.replicaOffsetIsCurrent()).toBe(false);
  await redis.reattachReplica();
  expect(await redis.replica.admin.get('key')).toBe('second');
});

test('roles that are swapped: writes are refused with READONLY, nothing is lost, and they go on at the new primary', async () => {
  const before = redis.primary;
  await redis.swapRoles();
  expect(redis.replica).toBe(before);
  await expect(client.set('key', 'third')).rejects.toThrow('READONLY');
  const another = open();
  await expect(another.set('key', 'third')).rejects.toThrow('READONLY');
  another.disconnect();
  redis.followPrimary();
  await expect(client.set('key', 'third')).resolves.toBe('OK');
  await redis.whenReplicaIsCurrent();
  expect(await before.admin.get('key')).toBe('third');
});

test('a stale replica that is promoted lacks the tail, under another replication id', async () => {
  await client.rpush('list', 1, 2);
  await redis.whenReplicaIsCurrent();
  const before = await replid();
  redis.detachReplica();
  await client.rpush('list', 3);
  await redis.promote();
  expect(redis.replica.server.isRunning).toBe(false);
  expect(await client.lrange('list', 0, -1)).toEqual(['1', '2']);
  expect(await replid()).not.toBe(before);
});

test('the old primary comes back as a replica, and what only it had is gone', async () => {
  await client.rpush('list', 4);
  await redis.attachOld();
  expect(await redis.replica.admin.lrange('list', 0, -1)).toEqual(['1', '2', '4']);
  expect(await redis.replica.admin.set('key', 'x').catch(String)).toContain('READONLY');
});

test('an old primary that is left alive goes on as one beside the new', async () => {
  await redis.promote({ oldPrimary: 'alive' });
  expect(await redis.replica.admin.set('key', 'of the old one')).toBe('OK');
  await until(async () => (await client.get('key')) === 'third', { what: 'the new one to answer' });
  await redis.attachOld();
  expect(await redis.replica.admin.get('key')).toBe('third');
});
