// The disk of Redis's log is full: messages are refused with 503, readiness says so, and both recover. What was answered
// with 202 is there. With `everysec` Redis refuses writes; with `always` it ends itself, and is started with room.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadSettings, type RunningService } from '@fanfare/service-kit';
import { type AppendOnly, ApiClient, startRedis, type ThrowawayRedis, until } from '@fanfare/testing';
import { startApi } from '../start.js';

const adminKey = 'key-of-this-spec';
const [to, payload] = [{ user: 'a' }, 'x'.repeat(50_000)];
const maxFileKiB = 512;

let redis: ThrowawayRedis;
let api: RunningService;
let client: ApiClient;
let accepted: string[];
const dir = mkdtempSync(join(tmpdir(), 'fanfare-full-disk-'));

async function start(appendonly: AppendOnly): Promise<void> {
  redis = await startRedis({ mode: 'single', appendonly, dir, maxFileKiB });
  const settings = loadSettings(['adminKey', 'tokenSecret'], {
    ...{ FANFARE_REDIS_URL: redis.url, FANFARE_ADMIN_KEY: adminKey, FANFARE_TOKEN_SECRET: 'x'.repeat(32) },
    ...{ API_PORT: '0', LOG_LEVEL: 'silent', FANFARE_PARTITIONS: '4' },
  });
  api = await startApi(settings);
  client = new ApiClient(api.url, adminKey);
  accepted = [];
}
afterEach(async () => {
  await api.close();
  await redis.stop();
  for (const name of [`aof-${redis.port}`, `dump-${redis.port}.rdb`])
    rmSync(join(dir, name), { recursive: true, force: true });
});
afterAll(() => rmSync(dir, { recursive: true }));

async function publish(): Promise<{ status: number; code?: string }> {
  const { status, body } = await client.publish({ to, payload });
  if (status === 202) accepted.push(body.id);
  return { status, ...(status !== 202 && { code: body.code }) };
}
async function readiness(): Promise<{ status: number; redis: string | undefined }> {
  const answer = await fetch(`${api.url}/health/ready`);
  const { checks } = (await answer.json()) as { checks: Record<string, string> };
  return { status: answer.status, redis: checks['redis'] };
}
const isReady = async (): Promise<boolean> => (await readiness()).status === 200;
const isRefused = async (): Promise<boolean> => (await publish()).status !== 202;
async function stored(): Promise<string[]> {
  const { body } = await client.inbox('a', { limit: 100 });
  return body.messages.map(({ message }) => message.id).reverse();
}
const connection = () => {
  const [server] = redis.servers;
  if (!server) throw new Error('a started Redis has a server');
  return server.connection();
};

test('everysec: 503 and not ready while the log can’t be written, and all is well when it can be', async () => {
  await start('everysec');
  expect(await readiness()).toEqual({ status: 200, redis: 'ok' });
  await until(isRefused, { what: 'a refusal', everyMs: 1 });
  expect(await publish()).toEqual({ status: 503, code: 'unavailable' });
  expect(await readiness()).toMatchObject({ status: 503, redis: expect.stringContaining('disk') as string });
  const admin = connection();
  expect(await admin.ping().catch(String)).toContain('MISCONF');
  await admin.bgrewriteaof(); // new files: room
  admin.disconnect();
  await until(isReady, { what: 'it to be ready again' });
  expect(await publish()).toMatchObject({ status: 202 });
  expect(await stored()).toEqual(accepted);
}, 30_000);

test('control: a script that only reads, as readiness once was, says nothing of it', async () => {
  await start('everysec');
  await until(isRefused, { what: 'a refusal', everyMs: 1 });
  const admin = connection();
  expect(await admin.eval(`#!lua flags=no-writes\nreturn redis.call('ZCARD', KEYS[1])`, 1, 'online')).toBe(0);
  admin.disconnect();
  expect((await readiness()).status).toBe(503);
}, 30_000);

test('always: Redis ends itself, nothing is accepted until it is started with room, and then all that was is there', async () => {
  await start('always');
  const isGone = (): boolean => redis.servers[0]?.isRunning === false;
  let last: ReturnType<typeof publish> | undefined;
  while (!isGone()) {
    last = publish();
    await Promise.race([last, until(isGone, { what: 'Redis to be gone', everyMs: 1, deadlineMs: 20_000 })]);
  }
  expect(await readiness()).toMatchObject({ status: 503, redis: 'a primary cannot be reached' });
  const before = [...accepted];
  redis = await startRedis({ mode: 'single', appendonly: 'always', dir, port: redis.port });
  expect((await last)?.status).toBe(202); // it waited
  await until(isReady, { what: 'it to be ready again' });
  expect(await stored()).toEqual(accepted);
  expect(accepted).toEqual(expect.arrayContaining(before));
}, 40_000);

test('control: without a log nothing is refused, and after kill -9 nothing is there', async () => {
  await start('no');
  for (let count = 0; count < 15; count += 1) expect((await publish()).status).toBe(202);
  expect(await readiness()).toMatchObject({ status: 200 });
  await redis.kill();
  await redis.restart();
  await until(isReady, { what: 'it to be ready again' });
  expect(await stored()).toEqual([]);
}, 30_000);
