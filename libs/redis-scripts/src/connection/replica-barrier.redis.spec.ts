// A barrier confirms only what was written on one connection to one history: whatever lay between is not vouched for.
import { startRedis, type ThrowawayRedis, until } from '@fanfare/testing';
import { connectRedis, type RedisConnection } from './connect.js';
import { ReplicaBarrier } from './replica-barrier.js';

const KEY = 'app/{t}/barrier';
let primary: ThrowawayRedis;
let replica: ThrowawayRedis;
let connection: RedisConnection;
let barrier: ReplicaBarrier;

const admin = () => {
  const [server] = primary.servers;
  if (!server) throw new Error('a started Redis has a server');
  return server.connection();
};

beforeAll(async () => {
  primary = await startRedis({ mode: 'single', args: ['--enable-debug-command', 'yes'] });
  replica = await startRedis({ mode: 'single', args: ['--replicaof', '127.0.0.1', String(primary.port)] });
  connection = await connectRedis(primary.url);
  barrier = new ReplicaBarrier(connection, 2000);
  await until(async () => (await barrier.before(KEY)).confirm(), { what: 'a replica', deadlineMs: 20_000 });
});
afterAll(async () => {
  connection?.close();
  await replica?.stop();
  await primary?.stop();
});

test('what was written on the connection is confirmed, for all who wait at once', async () => {
  const tickets = await Promise.all(Array.from({ length: 20 }, () => barrier.before(KEY)));
  const connected = admin();
  await connected.config('RESETSTAT');
  expect(await Promise.all(tickets.map((ticket) => ticket.confirm()))).toEqual(new Array(20).fill(true));
  const waits = /cmdstat_wait:calls=(\d+)/.exec(await connected.info('commandstats'))?.[1];
  connected.disconnect();
  expect(Number(waits)).toBeLessThanOrEqual(2); // they share it
});

test('after the connection broke nothing from before is confirmed; what comes later is', async () => {
  const ticket = await barrier.before(KEY);
  const connected = admin();
  const own = await connection.primaries.all()[0]?.redis.client('ID');
  await connected.client('KILL', 'ID', Number(own));
  connected.disconnect();
  const [one] = connection.primaries.all();
  const isBack = async () => one?.isReady === true && (await one.redis.client('ID')) !== own;
  await until(isBack, { what: 'another connection' });
  expect(await ticket.confirm()).toBe(false);
  expect(await (await barrier.before(KEY)).confirm()).toBe(true);
});

test('after the server began another history nothing from before is confirmed; what comes later is', async () => {
  const ticket = await barrier.before(KEY);
  const connected = admin();
  await connected.call('DEBUG', 'CHANGE-REPL-ID');
  connected.disconnect();
  expect(await ticket.confirm()).toBe(false);
  await until(async () => (await barrier.before(KEY)).confirm(), { what: 'the new history', deadlineMs: 20_000 });
});

test('without a replica nothing is confirmed', async () => {
  await replica.shutdown();
  expect(await (await barrier.before(KEY)).confirm()).toBe(false);
});
