// How primaries are, also when they are not well.
import { startRedis, type ThrowawayRedis, until } from '@fanfare/testing';
import { connectRedis, type RedisConnection } from '../connection/connect.js';
import { killScripts } from './kill-scripts.js';
import { primaryStates } from './primary-states.js';

let redis: ThrowawayRedis;
let connection: RedisConnection;

beforeAll(async () => {
  const args = ['--busy-reply-threshold', '50', '--maxmemory', '100mb'];
  redis = await startRedis({ mode: 'cluster', nodes: 3, args, appendonly: 'always' });
  connection = await connectRedis(redis.url);
});
afterAll(async () => {
  connection.close();
  await redis.stop();
});

test('each primary is told with its memory, role and version', async () => {
  const states = await primaryStates(connection);
  expect(states).toHaveLength(3);
  expect(new Set(states.map(({ address }) => address)).size).toBe(3);
  for (const state of states) {
    expect(state).toMatchObject({ state: 'ok', role: 'master', maxMemory: 100 * 1024 ** 2, replicas: 0 });
    expect(state).toMatchObject({ aofEnabled: true, aofLastWriteStatus: 'ok' });
    expect(state.version).toMatch(/^(valkey )?\d+\.\d+/);
    expect(state.usedMemory).toBeGreaterThan(100_000);
    expect(state.pingMs).toBeGreaterThan(0);
  }
});

test('one that a script keeps is busy, the others are not', async () => {
  const admin = redis.servers[0]?.connection();
  const told = admin?.eval('while true do end', 0).catch(String);
  await until(async () => (await primaryStates(connection)).some(({ state }) => state === 'busy'), {
    what: 'a busy primary',
  });
  expect((await primaryStates(connection)).map(({ state }) => state).sort()).toEqual(['busy', 'ok', 'ok']);
  await killScripts(redis.url);
  await told;
  admin?.disconnect();
});

test('one that does not answer in time is away, and nobody waits for it', async () => {
  const startedAt = performance.now();
  const pid = Number(/process_id:(\d+)/.exec((await connection.primaries.all()[0]?.redis.info('server')) ?? '')?.[1]);
  process.kill(pid, 'SIGSTOP');
  try {
    const states = await primaryStates(connection, 200);
    expect(states.map(({ state }) => state).sort()).toEqual(['away', 'ok', 'ok']);
    expect(performance.now() - startedAt).toBeLessThan(20_000);
  } finally {
    process.kill(pid, 'SIGCONT');
  }
  await until(async () => (await primaryStates(connection)).every(({ state }) => state === 'ok'), { what: 'all well' });
});
