// Calls on a cluster of three primaries: each goes where its keys live, follows them when they move, and never spans.
import { createHash } from 'node:crypto';
import { startRedis, type ThrowawayRedis, until } from '@fanfare/testing';
import keySlot from 'cluster-key-slot';
import type { Redis } from 'ioredis';
import { connectRedis, type RedisConnection } from '../connection/connect.js';
import { statusOf } from '../reply.js';
import type { Script } from '../script.js';
import { ScriptCaller } from './script-caller.js';

const source = `#!lua\nfor _, key in ipairs(KEYS) do redis.call('RPUSH', key, ARGV[1]) end return { 'OK' }`;
const sha1 = createHash('sha1').update(source).digest('hex');
const push: Script<string> = {
  ...{ name: 'test/push', sha1, source, readOnly: false, partIndex: -1, retryIndex: -1 },
  decode: statusOf,
};

let redis: ThrowawayRedis;
let admins: Redis[];
let connection: RedisConnection;
let caller: ScriptCaller;

beforeAll(async () => {
  redis = await startRedis({ mode: 'cluster', nodes: 3 });
  admins = redis.servers.map((server) => server.connection());
  connection = await connectRedis(redis.url);
  caller = new ScriptCaller(connection, { scripts: [push] });
});
afterAll(async () => {
  caller.close();
  connection.close();
  for (const admin of admins) admin.disconnect();
  await redis.stop();
});

const keyAt = (tag: number): string => `test/{${tag}}/log`;
const nodeIds = (): Promise<string[]> =>
  Promise.all(admins.map(async (admin) => String(await admin.call('CLUSTER', 'MYID'))));
const setSlot = (admin: Redis | undefined, slot: number, ...how: string[]): Promise<unknown> =>
  admin?.call('CLUSTER', 'SETSLOT', String(slot), ...how) ?? Promise.reject(new Error('no such node'));

/** The node that serves the key now, one that does not, and their ids. */
async function placesOf(key: string) {
  const ids = await nodeIds();
  const served = await Promise.all(
    admins.map((admin) =>
      admin.exists(key).then(
        () => true,
        () => false,
      ),
    ),
  );
  const [from, to] = [served.indexOf(true), served.indexOf(false)];
  return { from: admins[from], to: admins[to], fromId: ids[from] ?? '', toId: ids[to] ?? '' };
}

test('calls reach every primary, wherever their keys live', async () => {
  const tags = Array.from({ length: 60 }, (_, tag) => tag);
  await Promise.all(tags.map((tag) => caller.call(push, [keyAt(tag)], ['x'])));
  const counts = await Promise.all(admins.map((admin) => admin.dbsize()));
  expect(counts.every((count) => count > 0)).toBe(true);
  expect(counts.reduce((sum, count) => sum + count)).toBe(60);
});

test('a call whose keys lie in two slots is refused', async () => {
  const call = caller.call(push, [keyAt(1), keyAt(2)], ['x']);
  await expect(call).rejects.toMatchObject({ code: 'script', message: expect.stringContaining('CROSSSLOT') as string });
});

test('calls follow a slot that has moved, in order', async () => {
  const key = keyAt(1001);
  const { from, to, toId } = await placesOf(key);
  const before = connection.primaries.of(key);
  for (const admin of [to, from]) await setSlot(admin, keySlot(key), 'NODE', toId);
  const ids = Array.from({ length: 50 }, (_, id) => String(id));
  await Promise.all(ids.map((id) => caller.call(push, [key], [id])));
  expect(await to?.lrange(key, 0, -1)).toEqual(ids);
  expect(connection.primaries.of(key)).not.toBe(before);
});

test('while a slot is moving, a key that is not there any more is asked for at its new place', async () => {
  const key = keyAt(2002);
  const { from, to, fromId, toId } = await placesOf(key);
  await setSlot(to, keySlot(key), 'IMPORTING', fromId);
  await setSlot(from, keySlot(key), 'MIGRATING', toId);
  await expect(caller.call(push, [key], ['x'])).resolves.toBe('OK');
  for (const admin of [to, from]) await setSlot(admin, keySlot(key), 'NODE', toId);
  expect(await to?.lrange(key, 0, -1)).toEqual(['x']);
});

test('a flushed script cache is filled again on the primary where it is missed', async () => {
  for (const admin of admins) await admin.script('FLUSH');
  const tags = Array.from({ length: 30 }, (_, tag) => tag);
  await Promise.all(tags.map((tag) => caller.call(push, [keyAt(tag)], ['y'])));
  await until(async () => (await Promise.all(admins.map((a) => a.script('EXISTS', sha1)))).flat().every(Boolean), {
    what: 'the script on every primary',
  });
});
