// What services count together, on a Redis: each answer of the scripts behind it, too.
import {
  connectRedis,
  Keyspace,
  type RedisConnection,
  ScriptCaller,
  totalsAdd,
  totalsRead,
} from '@fanfare/redis-scripts';
import { startRedis, type ThrowawayRedis, until } from '@fanfare/testing';
import { Loops } from '../supervision/loops.js';
import { Metrics } from './metrics.js';
import { Totals } from './totals.js';

let redis: ThrowawayRedis;
let connection: RedisConnection;
let scripts: ScriptCaller;
let keys: Keyspace;
let apps = 0;

beforeAll(async () => {
  redis = await startRedis({ mode: 'cluster' });
  connection = await connectRedis(redis.url);
  scripts = new ScriptCaller(connection);
});
beforeEach(() => void (keys = new Keyspace(`app${(apps += 1)}`, 8)));
afterAll(async () => {
  scripts.close();
  connection.close();
  await redis.stop();
});

function service(runner: Pick<ScriptCaller, 'call'> = scripts) {
  const metrics = new Metrics('test');
  const loops = new Loops(metrics);
  return { metrics, loops, totals: new Totals(runner, keys, metrics, loops) };
}

test('nothing has been counted before anything was: from now on', async () => {
  const { now, sums } = await totalsRead(scripts, { totals: keys.totals });
  expect(sums).toEqual([]);
  expect(now).toBeGreaterThan(1_700_000_000_000);
  const { since, counts, scripts: byScript } = await service().totals.read();
  expect(since).toBeGreaterThanOrEqual(now);
  expect([counts.size, byScript.size]).toEqual([0, 0]);
});

test('sums are added to, and it is kept since when', async () => {
  const items = [
    { name: 'published', amount: 3 },
    { name: 'delivered', amount: 5 },
  ];
  await expect(totalsAdd(scripts, { totals: keys.totals }, items)).resolves.toEqual({ status: 'OK' });
  const { since } = await service().totals.read();
  await totalsAdd(scripts, { totals: keys.totals }, items);
  const now = await service().totals.read();
  expect(now.since).toBe(since);
  expect([now.counts.get('published'), now.counts.get('delivered')]).toEqual([6, 10]);
});

test('two services count together: what they were told, and script calls with their times', async () => {
  for (const { metrics, totals } of [service(), service()]) {
    totals.count('published');
    totals.count('published', 2);
    metrics.onScriptCall('timeline/append', 1.5, 'ok');
    metrics.onScriptCall('timeline/append', 2, 'timeout');
    metrics.onScriptCall('totals/add', 1, 'ok');
    await totals.beforeApplicationShutdown();
    await totals.beforeApplicationShutdown(); // adds nothing twice
  }
  const { counts, scripts: byScript } = await service().totals.read();
  expect(counts.get('published')).toBe(6);
  expect([...byScript]).toEqual([['timeline/append', { calls: 4, micros: 7000 }]]);
});

test('the loop adds by itself; a service that stands still calls nothing', async () => {
  const called: string[] = [];
  const runner = new ScriptCaller(connection, { observe: (name) => void called.push(name) });
  const { loops, totals } = service(runner);
  totals.onApplicationBootstrap();
  totals.count('published');
  await until(async () => (await service().totals.read()).counts.get('published') === 1, { what: 'the sum' });
  await loops.onModuleDestroy();
  await totals.beforeApplicationShutdown();
  expect(called).toEqual(['totals/add']);
  runner.close();
});

test('what could not be added is added later, and failing harms nobody', async () => {
  let isAway = true;
  const runner = {
    call: ((...args: Parameters<ScriptCaller['call']>) =>
      isAway ? Promise.reject(new Error('away')) : scripts.call(...args)) as ScriptCaller['call'],
  };
  const { totals } = service(runner);
  totals.count('published', 2);
  await totals.beforeApplicationShutdown();
  isAway = false;
  totals.count('published');
  await totals.beforeApplicationShutdown();
  expect((await totals.read()).counts.get('published')).toBe(3);
});
