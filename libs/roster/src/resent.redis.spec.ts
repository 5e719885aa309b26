// The connection is cut after Redis registered a session and before it said so. The call is sent again by itself: there is
// one session, and the answer is that of a first time.
import { connectRedis, type RedisConnection, ScriptCaller, type ScriptRunner } from '@fanfare/redis-scripts';
import { FaultProxy } from '@fanfare/testing';
import { type Opened, type Refused, SessionRegistry } from './session-registry.js';
import { parseSessions } from './session-lines.js';
import { appendMany, open, redisWorld } from './world.fixture.js';

const world = redisWorld('single');
let proxy: FaultProxy;
let connection: RedisConnection;
let scripts: ScriptCaller;

beforeEach(async () => {
  proxy = await FaultProxy.open({ port: world.redis.port });
  connection = await connectRedis(`redis://127.0.0.1:${proxy.port}`);
  scripts = new ScriptCaller(connection);
});
afterEach(async () => {
  scripts.close();
  connection.close();
  await proxy.close();
});

async function openCut(session: string, runner: ScriptRunner = scripts): Promise<Opened | Refused> {
  const registry = new SessionRegistry(runner, world.keys, 3_600_000);
  const cut = new Promise<void>((resolve) => proxy.cutReplyOf(session, 1, resolve));
  const opened = await registry.open({ user: 'a', node: 'n1', device: 'phone', resume: '', limit: 100, session });
  await cut;
  return opened;
}
const sessions = async (): Promise<number> =>
  parseSessions((await world.admin.hget(world.keys.user('a').home.sessions, 'a')) ?? '').length;

test('the user came online by it, and has it once', async () => {
  await appendMany(world, 3);
  expect(await openCut('the session')).toMatchObject({ cameOnline: 1, head: 3, unread: 3, reached: 3 });
  expect(await sessions()).toBe(1);
  expect(await world.presence.query(['a'])).toMatchObject({ a: { online: true, devices: 1 } });
});

test('a user who was online before did not come online by it', async () => {
  await open(world, 'before');
  expect(await openCut('the session')).toMatchObject({ cameOnline: 0 });
  expect(await sessions()).toBe(2);
});

test('control: sent again without being marked, nobody would hear that the user came online', async () => {
  const unmarked: ScriptRunner = {
    call: (script, keys, args, options) => scripts.call({ ...script, retryIndex: -1 }, keys, args, options),
  };
  expect(await openCut('the session', unmarked)).toMatchObject({ cameOnline: 0 });
});
