// What `npm run scripts` stands on, on a cluster of three primaries.
import { createHash } from 'node:crypto';
import { startRedis, type ThrowawayRedis, until } from '@fanfare/testing';
import type { Redis } from 'ioredis';
import { connectRedis, type RedisConnection } from '../connection/connect.js';
import { scriptStats } from './command-stats.js';
import { killScripts } from './kill-scripts.js';
import { runScript } from './run-script.js';
import { loadScripts, type LoadStep, scriptCaches } from './script-cache.js';

const define = (name: string, source: string) => ({
  ...{ name, source, sha1: createHash('sha1').update(source).digest('hex') },
});
const push = define('test/push', `#!lua\nreturn { 'OK', redis.call('RPUSH', KEYS[1], ARGV[1]) }`);
const loop = define('test/loop', '#!lua flags=no-writes\nwhile true do end');
const keys = ['{a}key', '{b}key', '{c}key', '{d}key'];

let redis: ThrowawayRedis;
let admins: Redis[];
let connection: RedisConnection;

beforeAll(async () => {
  redis = await startRedis({ mode: 'cluster', nodes: 3, args: ['--busy-reply-threshold', '50'] });
  admins = redis.servers.map((server) => server.connection());
  for (const admin of admins) await admin.ping();
  connection = await connectRedis(redis.url);
});
afterAll(async () => {
  connection.close();
  for (const admin of admins) admin.disconnect();
  await redis.stop();
});
beforeEach(async () => {
  for (const admin of admins) await admin.script('FLUSH');
});

test('which primary has which script, before and after loading', async () => {
  const loadedOn = async () =>
    (await scriptCaches(connection, [push.sha1, loop.sha1])).map(({ loaded }) => [...loaded]);
  await admins[1]?.script('LOAD', push.source);
  expect((await loadedOn()).filter((loaded) => loaded.length > 0)).toEqual([[push.sha1]]);
  const steps: LoadStep[] = [];
  await loadScripts(connection, [push, loop], (step) => steps.push(step));
  expect(await loadedOn()).toEqual(Array.from({ length: 3 }, () => [push.sha1, loop.sha1]));
  expect(steps).toHaveLength(6);
  expect(steps.every(({ problem }) => problem === undefined)).toBe(true);
});

test('what Redis does not take, or takes under another name, is told', async () => {
  const steps: LoadStep[] = [];
  const broken = [{ ...push, sha1: 'other' }, define('test/broken', '#!lua\nreturn return')];
  await loadScripts(connection, broken, (step) => steps.push(step));
  expect(steps.slice(0, 2).map(({ problem }) => problem)).toEqual([
    push.sha1,
    expect.stringContaining('Error compiling script') as string,
  ]);
});

test('a script runs where its keys live, loaded or not, and is counted there', async () => {
  const before = await scriptStats(connection);
  for (const key of keys)
    await expect(runScript(connection, push, [key], ['x'])).resolves.toEqual([expect.any(Buffer), 1]);
  const after = await scriptStats(connection);
  const sum = (stats: typeof before) => stats.reduce((total, { calls }) => total + calls, 0);
  expect(sum(after) - sum(before)).toBeGreaterThanOrEqual(keys.length);
  await expect(runScript(connection, push, ['{a}key', '{b}key'], ['x'])).rejects.toThrow('CROSSSLOT');
});

test.each([0, 1, 2])('a busy primary is found, be it the one in the URL or another: number %i', async (index) => {
  const admin = admins[index];
  const ended = admin?.eval(loop.source, 0).then(String, (error: Error) => error.message);
  const found = await until(
    async () => {
      const results = await killScripts(redis.url);
      return results.some(({ answer }) => answer === 'killed') && results;
    },
    { what: 'the script to be ended' },
  );
  expect(await ended).toContain('killed');
  expect(found.find(({ answer }) => answer === 'killed')?.address).toBe(`127.0.0.1:${redis.ports[index]}`);
});

test('where nothing runs nothing is ended, and who is away is named', async () => {
  expect((await killScripts(redis.url)).map(({ answer }) => answer)).toEqual(['not-busy', 'not-busy', 'not-busy']);
  await expect(killScripts('redis://127.0.0.1:1', 500)).resolves.toMatchObject([{ answer: 'unreachable' }]);
});
