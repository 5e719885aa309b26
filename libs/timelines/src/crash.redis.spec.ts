// Redis is killed (SIGKILL) under load. What is there afterwards of what had been answered, by how it keeps its log.
import { type AppendOnly, startRedis, type ThrowawayRedis, until } from '@fanfare/testing';
import { messageBytes } from './entry.js';
import { connect, toUser, type Tools, useNewApp } from './world.fixture.js';

const LANES = 8;
const USERS = 50;
/** What `everysec` may lose. */
const WINDOW_MS = 2000;

const world = {} as Tools;
let redis: ThrowawayRedis;

async function start(appendonly: AppendOnly): Promise<void> {
  redis = await startRedis({ mode: 'single', appendonly });
  await connect(world, redis.url);
  useNewApp(world);
}
afterEach(async () => {
  world.scripts.close();
  world.connection.close();
  world.admin.disconnect();
  await redis.stop();
});

interface Answered {
  readonly id: string;
  readonly at: number;
}

/**
 * Publishes without pause until that much was answered more than `ms` ago; the kill meets calls on their way.
 *
 * @returns what was answered before it
 */
async function killUnderLoad(ms: number, count: number): Promise<{ answered: Answered[]; killedAt: number }> {
  const answered: Answered[] = [];
  let isOver = false;
  const lane = async (): Promise<void> => {
    while (!isOver) {
      const { id } = await world.publisher.publish({ to: toUser(`user-${answered.length % USERS}`), payload: 1 });
      answered.push({ id, at: performance.now() });
    }
  };
  const lanes = Promise.all(Array.from({ length: LANES }, lane));
  const isLongAgo = (): boolean => (answered[count]?.at ?? Infinity) < performance.now() - ms;
  await until(isLongAgo, { what: 'the load to have lasted', deadlineMs: 20_000 });
  const killedAt = performance.now();
  const before = [...answered];
  isOver = true;
  await redis.kill();
  await redis.restart();
  await lanes; // what was on its way is sent again
  const [server] = redis.servers;
  if (!server) throw new Error('a started Redis has a server');
  world.admin = server.connection();
  return { answered: before, killedAt };
}

async function stored(): Promise<Set<string>> {
  const ids = new Set<string>();
  for (let user = 0; user < USERS; user += 1) {
    const entries = await world.admin.lrangeBuffer(world.keys.user(`user-${user}`).log, 0, -1);
    for (const entry of entries) ids.add((JSON.parse(messageBytes(entry).toString()) as { id: string }).id);
  }
  return ids;
}

test('always: nothing that was answered is lost', async () => {
  await start('always');
  const { answered } = await killUnderLoad(0, 100);
  expect(answered.length).toBeGreaterThan(100);
  const ids = await stored();
  expect(answered.filter(({ id }) => !ids.has(id))).toEqual([]);
}, 40_000);

test('everysec: nothing that was answered more than 2 s before is lost', async () => {
  await start('everysec');
  const { answered, killedAt } = await killUnderLoad(WINDOW_MS, 10);
  const ids = await stored();
  const old = answered.filter(({ at }) => at < killedAt - WINDOW_MS);
  expect(old.length).toBeGreaterThan(10);
  expect(old.filter(({ id }) => !ids.has(id))).toEqual([]);
}, 40_000);

test('control: without a log that, too, is lost', async () => {
  await start('no');
  const { answered, killedAt } = await killUnderLoad(WINDOW_MS, 10);
  const ids = await stored();
  const old = answered.filter(({ at }) => at < killedAt - WINDOW_MS);
  expect(old.length).toBeGreaterThan(10);
  expect(old.filter(({ id }) => ids.has(id))).toEqual([]);
}, 40_000);
