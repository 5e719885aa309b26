// What the proxy does between a Redis client and a real Redis: commands cut before and after they were carried out.
import { Redis } from 'ioredis';
import { startRedis, type ThrowawayRedis } from '../redis/throwaway-redis.js';
import { until } from '../until.js';
import { FaultProxy } from './fault-proxy.js';

let redis: ThrowawayRedis;
let proxy: FaultProxy;
let direct: Redis;
const clients: Redis[] = [];

beforeAll(async () => (redis = await startRedis({ mode: 'single' })));
afterAll(() => redis.stop());
beforeEach(async () => {
  proxy = await FaultProxy.open({ port: redis.port });
  direct = client(redis.port);
  await direct.flushall();
});
afterEach(async () => {
  for (const one of clients.splice(0)) one.disconnect();
  await proxy.close();
});

/** Gives up at the first fault: what is lost must be seen. */
function client(port = proxy.port): Redis {
  const options = { retryStrategy: null, maxRetriesPerRequest: 0, autoResendUnfulfilledCommands: false };
  const made = new Redis({ port, host: '127.0.0.1', ...options });
  made.on('error', () => undefined);
  clients.push(made);
  return made;
}

async function outcomes(calls: Promise<unknown>[]): Promise<unknown[]> {
  const settled = await Promise.allSettled(calls);
  return settled.map((outcome) => (outcome.status === 'fulfilled' ? outcome.value : 'cut'));
}

test('passes everything on, and counts connections and bytes', async () => {
  const one = client();
  const long = 'x'.repeat(3_000_000);
  await one.set('key', long);
  expect(await one.get('key')).toBe(long);
  expect(proxy.connections).toBe(1);
  expect(proxy.bytes.toServer).toBeGreaterThan(3_000_000);
  expect(proxy.bytes.toClient).toBeGreaterThan(3_000_000);
  one.disconnect();
  await until(() => proxy.connections === 0, { what: 'the connection to be gone' });
});

test('cutAt: the server carries out what came before, and neither that command nor what follows', async () => {
  const one = client();
  await one.ping();
  let cuts = 0;
  proxy.cutAt('needle', 2, () => (cuts += 1));
  const calls = ['first', 'needle-1', 'third', 'needle-2', 'fifth'].map((value) => one.rpush('list', value));
  expect((await outcomes(calls)).slice(3)).toEqual(['cut', 'cut']);
  await until(async () => (await direct.llen('list')) === 3, { what: 'what came before' });
  expect(await direct.lrange('list', 0, -1)).toEqual(['first', 'needle-1', 'third']);
  expect(cuts).toBe(1);
  const again = client();
  await again.rpush('list', 'needle-3');
  expect(cuts).toBe(1);
});

test('cutAt leaves other connections alone', async () => {
  const [one, other] = [client(), client()];
  await Promise.all([one.ping(), other.ping()]);
  proxy.cutAt('needle', 1);
  await expect(one.set('key', 'needle')).rejects.toThrow();
  await expect(other.get('key')).resolves.toBeNull();
  expect(proxy.connections).toBe(1);
});

test('cutReplyOf: carried out, and the client never hears of it; earlier replies arrive', async () => {
  const one = client();
  await one.ping();
  const cut = new Promise<void>((resolve) => proxy.cutReplyOf('needle', 1, resolve));
  const calls = ['first', 'second', 'needle', 'fourth'].map((value) => one.rpush('list', value));
  expect(await outcomes(calls)).toEqual([1, 2, 'cut', 'cut']);
  await cut;
  expect((await direct.lrange('list', 0, -1)).slice(0, 3)).toEqual(['first', 'second', 'needle']);
  expect(proxy.connections).toBe(0);
});

test('cutReplyOf waits for its own reply, however long a command is and however late the answer comes', async () => {
  const one = client();
  await one.ping();
  proxy.cutReplyOf('needle');
  const long = `needle${'x'.repeat(2_000_000)}`;
  const calls = [one.blpop('nothing', 0.2), one.set('key', long)];
  expect(await outcomes(calls)).toEqual([null, 'cut']);
  expect(await direct.strlen('key')).toBe(long.length);
});

test('a client that connects again goes on through the same proxy', async () => {
  const one = client();
  await one.ping();
  expect(proxy.cutAll()).toBe(1);
  await until(() => one.status === 'end', { what: 'the client to notice' });
  await expect(client().ping()).resolves.toBe('PONG');
});
