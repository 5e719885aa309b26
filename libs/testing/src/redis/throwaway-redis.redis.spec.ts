import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Cluster, Redis } from 'ioredis';
import { isFree } from '../processes/free-port.js';
import { until } from '../until.js';
import { type RedisOptions, startRedis, type ThrowawayRedis } from './throwaway-redis.js';

let redis: ThrowawayRedis | undefined;
const start = async (options: RedisOptions): Promise<ThrowawayRedis> => (redis = await startRedis(options));
afterEach(async () => {
  await redis?.stop();
  redis = undefined;
});

const logOf = ({ dir, port }: ThrowawayRedis): string => readFileSync(join(dir, `redis-${port}.log`), 'utf8');

async function ask<T>({ port }: ThrowawayRedis, question: (client: Redis) => Promise<T>): Promise<T> {
  const client = new Redis({ port, host: '127.0.0.1' });
  try {
    return await question(client);
  } finally {
    client.disconnect();
  }
}

test('a single one answers at its url, and its folder and port are free again after stop', async () => {
  const { url, dir, port, stop } = bound(await start({ mode: 'single' }));
  expect(url).toBe(`redis://127.0.0.1:${port}`);
  const client = new Redis(url);
  await expect(client.ping()).resolves.toBe('PONG');
  client.disconnect();
  await stop();
  expect(existsSync(dir)).toBe(false);
  expect(await isFree(port)).toBe(true);
});

test('with appendonly always, what was written is there after kill -9', async () => {
  const running = await start({ mode: 'single', appendonly: 'always' });
  await ask(running, (client) => client.set('key', 'kept'));
  await running.kill();
  await running.restart();
  await expect(ask(running, (client) => client.get('key'))).resolves.toBe('kept');
});

test('without appendonly it is not: the control of the one above', async () => {
  const running = await start({ mode: 'single', appendonly: 'no' });
  await ask(running, (client) => client.set('key', 'lost'));
  await running.kill();
  await running.restart();
  await expect(ask(running, (client) => client.get('key'))).resolves.toBeNull();
});

test('whoever holds the port for a moment is waited for', async () => {
  const running = await start({ mode: 'single', appendonly: 'no' });
  await running.kill();
  const holder = createServer((socket) => socket.destroy()).listen(running.port, '127.0.0.1');
  await once(holder, 'listening');
  const restarted = running.restart();
  await until(() => logOf(running).includes('Failed listening on port'), { what: 'a start in vain' });
  holder.close();
  await restarted;
  await expect(ask(running, (client) => client.ping())).resolves.toBe('PONG');
});

test('one node in cluster mode owns every slot and refuses a call across slots', async () => {
  const running = await start({ mode: 'cluster', appendonly: 'always' });
  expect(running.url).toBe(`redis+cluster://127.0.0.1:${running.port}`);
  await ask(running, async (client) => {
    await client.set('{a}x', '1');
    await client.set('{b}x', '2');
    await expect(client.mget('{a}x', '{b}x')).rejects.toThrow('CROSSSLOT');
  });
  await running.restart();
  await expect(ask(running, (client) => client.get('{b}x'))).resolves.toBe('2');
});

test('three nodes make one cluster that a cluster client can use', async () => {
  const running = await start({ mode: 'cluster', nodes: 3 });
  const cluster = new Cluster([{ host: '127.0.0.1', port: running.port }]);
  const keys = Array.from({ length: 30 }, (_, index) => `key-${index}`);
  await Promise.all(keys.map((key) => cluster.set(key, key)));
  expect(await Promise.all(keys.map((key) => cluster.get(key)))).toEqual(keys);
  const sizes = await Promise.all(cluster.nodes('master').map((node) => node.dbsize()));
  expect(sizes).toHaveLength(3);
  expect(sizes.every((size) => size > 0)).toBe(true);
  cluster.disconnect();
});

test('a folder of the caller is used and left alone', async () => {
  const dir = mkdtempSync(join(tmpdir(), 'fanfare-own-'));
  const running = await start({ mode: 'single', appendonly: 'always', dir });
  await running.stop();
  expect(existsSync(join(dir, `aof-${running.port}`))).toBe(true);
  rmSync(dir, { recursive: true });
});

test('a server that does not start is told with its own words', async () => {
  await expect(startRedis({ mode: 'single', args: ['--no-such-setting', '1'] })).rejects.toThrow('no-such-setting');
});

test('a port in use is told, if the caller chose it', async () => {
  const { port } = await start({ mode: 'single' });
  await expect(startRedis({ mode: 'single', port })).rejects.toThrow('Address already in use');
});

function bound(running: ThrowawayRedis) {
  return { url: running.url, dir: running.dir, port: running.port, stop: () => running.stop() };
}

test('a log that has lost its last bytes is loaded without its last commands', async () => {
  const running = await start({ mode: 'single', appendonly: 'always' });
  const [server] = running.servers;
  await ask(running, (client) => client.rpush('list', 1, 2));
  const before = server?.tailLength ?? 0;
  await ask(running, async (client) => {
    await client.rpush('list', 3);
    await client.rpush('list', 4);
  });
  expect(() => server?.truncateTail(1)).toThrow('does not run');
  await running.kill();
  server?.truncateTail(((server.tailLength - before) >> 1) + 5); // all of the last, and a part of the one before
  await running.restart();
  await expect(ask(running, (client) => client.lrange('list', 0, -1))).resolves.toEqual(['1', '2']);
});

test('a disk that is full: writes are refused and reads are not; a rewritten log makes room', async () => {
  const running = await start({ mode: 'single', appendonly: 'everysec', maxFileKiB: 512 });
  const block = 'x'.repeat(50_000);
  await ask(running, async (client) => {
    const refused = () =>
      client.set('key', block).then(
        () => false,
        (error: Error) => error.message.includes('MISCONF'),
      );
    await until(refused, { what: 'a refusal', everyMs: 1 });
    expect(await client.strlen('key')).toBe(50_000);
    await client.bgrewriteaof();
    await until(async () => !(await refused()), { what: 'room again' });
  });
});

test('a disk that is full ends a Redis that has to have everything on it', async () => {
  const [server] = (await start({ mode: 'single', appendonly: 'always', maxFileKiB: 512 })).servers;
  const client = server?.connection();
  const write = async (): Promise<boolean> => (await client?.set('key', 'x'.repeat(50_000))) !== 'OK';
  const error = await until(() => write().catch((reason: Error) => reason), { what: 'the end', everyMs: 1 });
  expect(String(error)).toContain('closed');
  await until(() => server?.isRunning === false, { what: 'the server to be gone' });
});
