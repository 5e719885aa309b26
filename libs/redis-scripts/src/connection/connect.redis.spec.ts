import { FaultProxy, startRedis, type ThrowawayRedis, until } from '@fanfare/testing';
import { connectRedis } from './connect.js';

let redis: ThrowawayRedis | undefined;
afterEach(async () => {
  await redis?.stop();
  redis = undefined;
});

test('an evicting maxmemory-policy is refused by name', async () => {
  redis = await startRedis({ mode: 'single', args: ['--maxmemory-policy', 'allkeys-lru'] });
  await expect(connectRedis(redis.url)).rejects.toMatchObject({ name: 'RedisSetupError', problem: 'eviction' });
});

test('control: one that evicts takes all that it is given, and what it took first is gone', async () => {
  redis = await startRedis({ mode: 'single', args: ['--maxmemory', '4mb', '--maxmemory-policy', 'allkeys-lru'] });
  const admin = redis.servers[0]?.connection();
  for (let key = 0; key < 100; key += 1) expect(await admin?.set(`key${key}`, 'x'.repeat(64 * 1024))).toBe('OK');
  expect(await admin?.dbsize()).toBeLessThan(100);
  admin?.disconnect();
});

test.each([
  ['5000', ['has busy-reply-threshold 5000']],
  ['0', ['has busy-reply-threshold 0']],
  ['500', []],
])('of a busy-reply-threshold of %s the warnings are %j', async (threshold, expected) => {
  redis = await startRedis({ mode: 'single', args: ['--busy-reply-threshold', threshold] });
  const told: string[] = [];
  const connection = await connectRedis(redis.url, { onWarning: (message) => told.push(message) });
  connection.close();
  expect(told).toEqual(expected.map((text) => expect.stringContaining(text) as string));
});

test('the Redis that Fanfare is deployed with needs no warning', async () => {
  redis = await startRedis({ mode: 'single' });
  const told: string[] = [];
  const connection = await connectRedis(redis.url, { onWarning: (message) => told.push(message) });
  connection.close();
  expect(told).toEqual([]);
});

test('a password is used, and a wrong one is an error that does not show it', async () => {
  redis = await startRedis({ mode: 'single' });
  const admin = redis.servers[0]?.connection();
  await admin?.config('SET', 'requirepass', 'right-secret');
  const at = (password: string): string => `redis://:${password}@127.0.0.1:${redis?.port}`;
  const connection = await connectRedis(at('right-secret'));
  expect(connection.isReady).toBe(true);
  expect(connection.url).not.toContain('secret');
  connection.close();
  const told: string[] = [];
  const refused = connectRedis(at('wrong-secret'), { timeoutMs: 500, onWarning: (message) => told.push(message) });
  await expect(refused).rejects.toMatchObject({ name: 'UnavailableError', reason: 'connection' });
  expect(told.join()).not.toContain('secret');
  admin?.disconnect();
});

test('a connection that breaks while the server is looked at is made again', async () => {
  redis = await startRedis({ mode: 'single' });
  const proxy = await FaultProxy.open({ port: redis.port });
  let cuts = 0;
  const cut = (): void => void (cuts += 1);
  proxy.cutReplyOf('busy-reply-threshold', 1, cut);
  const connection = await connectRedis(`redis://127.0.0.1:${proxy.port}`);
  expect([connection.isReady, cuts]).toEqual([true, 1]);
  connection.close();
  await proxy.close();
});

test('a Redis that a script keeps busy is waited for', async () => {
  redis = await startRedis({ mode: 'single', args: ['--busy-reply-threshold', '50'] });
  const [admin, killer] = [redis.servers[0]?.connection(), redis.servers[0]?.connection()];
  await killer?.ping(); // while it can
  const endless = admin?.eval('while true do end', 0).catch(String);
  const isBusy = async (): Promise<boolean> => String(await killer?.get('x').catch(String)).includes('BUSY');
  await until(isBusy, { what: 'Redis to be busy' });
  const connecting = connectRedis(redis.url);
  await expect(connectRedis(redis.url, { timeoutMs: 200 })).rejects.toMatchObject({ reason: 'connection' });
  await killer?.script('KILL');
  await endless;
  const connection = await connecting;
  expect(connection.isReady).toBe(true);
  connection.close();
  for (const client of [admin, killer]) client?.disconnect();
});

test('nobody listening is an error within the time given', async () => {
  await expect(connectRedis('redis://127.0.0.1:1', { timeoutMs: 300 })).rejects.toMatchObject({ reason: 'connection' });
  await expect(connectRedis('redis+cluster://127.0.0.1:1', { timeoutMs: 300 })).rejects.toMatchObject({
    reason: 'connection',
  });
});
