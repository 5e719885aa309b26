// Order and "once" of calls while Redis forgets the scripts or drops the connection.
import { createHash } from 'node:crypto';
import { type AppendOnly, FaultProxy, startRedis, type ThrowawayRedis, until } from '@fanfare/testing';
import { Redis } from 'ioredis';
import { connectRedis, type RedisConnection } from '../connection/connect.js';
import { statusOf } from '../reply.js';
import type { Script } from '../script.js';
import { ScriptCaller } from './script-caller.js';

const key = 'test/{1}/log';
const log: Script<string> = define(`
local log, id, retry = KEYS[1], ARGV[1], ARGV[2]
if retry == '1' then
  redis.call('INCR', log .. '/retries')
  if redis.call('LPOS', log, id) then return { 'DUPLICATE' } end
end
redis.call('RPUSH', log, id)
return { 'OK' }`);

/** Only reads, so calls of it do not wait for the end of the turn. */
const last: Script<string> = {
  ...define(` flags=no-writes\nreturn { redis.call('LINDEX', KEYS[1], -1) or 'NOTHING' }`),
  readOnly: true,
  retryIndex: -1,
};

function define(body: string): Script<string> {
  const source = `#!lua${body}`;
  const sha1 = createHash('sha1').update(source).digest('hex');
  return { name: 'test/log', sha1, source, readOnly: false, partIndex: -1, retryIndex: 1, decode: statusOf };
}

let redis: ThrowawayRedis;
let admin: Redis;
let connection: RedisConnection;
let caller: ScriptCaller;

beforeAll(async () => {
  redis = await startRedis({ mode: 'cluster' });
  admin = new Redis(redis.port, '127.0.0.1');
});
afterAll(async () => {
  admin.disconnect();
  await redis.stop();
});
beforeEach(async () => {
  await admin.flushall();
  await open(redis.url);
});
afterEach(() => {
  caller.close();
  connection.close();
});

async function open(url: string): Promise<void> {
  connection = await connectRedis(url);
  caller = new ScriptCaller(connection, { scripts: [log, last] });
}

const ids = (count: number): string[] => Array.from({ length: count }, (_, index) => String(index));

/** Calls without waiting for each other, in bursts with `between` after each. */
async function burst(count: number, size: number, between: () => unknown): Promise<string[]> {
  const calls: Promise<string>[] = [];
  for (let from = 0; from < count; from += size) {
    for (let id = from; id < from + size; id += 1) calls.push(caller.call(log, [key], [String(id), '0']));
    await between();
  }
  return Promise.all(calls);
}

test('a SCRIPT FLUSH under pipelined load is not noticed and changes no order', async () => {
  const statuses = await burst(5000, 100, () => admin.script('FLUSH'));
  expect(new Set(statuses)).toEqual(new Set(['OK']));
  expect(await admin.lrange(key, 0, -1)).toEqual(ids(5000));
  expect(await admin.get(`${key}/retries`)).toBeNull();
});

test('what reads sees everything written before it in the same turn, and nothing written after it', async () => {
  const calls: Promise<string>[] = [];
  for (const id of ids(300)) {
    calls.push(caller.call(log, [key], [id, '0']).then(() => id));
    // Some turns hold as many reads as go out early, some hold fewer, or several times as many.
    for (let reads = 0; reads < Number(id) % 11; reads += 1) calls.push(caller.call(last, [key], []));
    if (Number(id) % 7 === 0) await new Promise((resolve) => setImmediate(resolve));
  }
  const seen = await Promise.all(calls);
  expect(seen).toEqual(ids(300).flatMap((id) => new Array<string>(1 + (Number(id) % 11)).fill(id)));
});

test('control: ioredis alone falls back to EVAL and changes the order', async () => {
  const plain = new Redis(redis.port, '127.0.0.1', { scripts: { log: { lua: log.source, numberOfKeys: 1 } } });
  const run = (plain as unknown as { log(...args: string[]): Promise<unknown> }).log.bind(plain);
  await run(key, 'first', '0');
  await admin.del(key);
  const calls: Promise<unknown>[] = [];
  await admin.script('FLUSH');
  for (const id of ids(50)) calls.push(run(key, id, '0'));
  calls.push(plain.rpush(key, 'a later command'));
  await Promise.all(calls);
  plain.disconnect();
  expect(await admin.lrange(key, 0, 0)).toEqual(['a later command']);
});

test('connections killed under load lose nothing, double nothing and keep the order', async () => {
  const statuses = await burst(4000, 100, () => admin.call('CLIENT', 'KILL', 'TYPE', 'normal', 'SKIPME', 'yes'));
  expect(statuses).toHaveLength(4000);
  expect(await admin.lrange(key, 0, -1)).toEqual(ids(4000));
});

describe('an AOF rewrite and a snapshot under load, and then kill -9', () => {
  let own: ThrowawayRedis;
  let look: Redis;
  afterEach(async () => {
    look.disconnect();
    await own.stop();
  });

  /** What was answered, and what is there in the end. */
  async function disturbAndKill(appendonly: AppendOnly): Promise<{ answers: string[]; stored: string[] }> {
    own = await startRedis({ mode: 'single', appendonly });
    look = new Redis(own.port, '127.0.0.1', { retryStrategy: () => 50 });
    look.on('error', () => undefined);
    caller.close();
    connection.close();
    await open(own.url);
    let isOver = false;
    const disturbed = disturb().finally(() => (isOver = true));
    const answers: Promise<string>[] = [];
    const send = async (): Promise<void> => {
      for (let more = 0; more < 50; more++) answers.push(caller.call(log, [key], [String(answers.length), '0']));
      await answers.at(-1);
    };
    while (!isOver) await send();
    await disturbed;
    await send();
    const answered = await Promise.all(answers);
    await own.kill();
    await own.restart();
    await until(async () => (await look.llen(key)) > 0, { what: 'the data to be loaded' });
    return { answers: answered, stored: await look.lrange(key, 0, -1) };
  }

  async function disturb(): Promise<void> {
    const says = async (fact: RegExp): Promise<boolean> => fact.test(await look.info('persistence'));
    await look.bgrewriteaof();
    await until(() => says(/aof_rewrite_in_progress:0[^]*aof_rewrites:1/), { what: 'the rewrite to end' });
    await look.bgsave();
    await until(() => says(/rdb_saves:1/), { what: 'the snapshot to end' });
  }

  test('are not noticed: each call is answered, and is there once and in order', async () => {
    const { answers, stored } = await disturbAndKill('always');
    expect(new Set(answers)).toEqual(new Set(['OK']));
    expect(stored).toEqual(ids(answers.length));
  });

  test('control: without the log what came after the snapshot is gone', async () => {
    const { answers, stored } = await disturbAndKill('no');
    expect(stored.length).toBeLessThanOrEqual(answers.length - 50);
    expect(stored).toEqual(ids(stored.length));
  });
});

describe('a connection cut after Redis executed and before it answered', () => {
  let proxy: FaultProxy;

  beforeEach(async () => {
    proxy = await FaultProxy.open({ port: redis.port });
    caller.close();
    connection.close();
    await open(`redis://127.0.0.1:${proxy.port}`);
    await caller.call(log, [key], ['first', '0']);
  });
  afterEach(() => proxy.close());

  test('is repeated with retry = 1, so that the script knows', async () => {
    proxy.cutReplyOf(log.sha1);
    await expect(caller.call(log, [key], ['cut', '0'])).resolves.toBe('DUPLICATE');
    expect(await admin.lrange(key, 0, -1)).toEqual(['first', 'cut']);
    expect(await admin.get(`${key}/retries`)).toBe('1');
  });

  test('control: unmarked, the same call runs twice', async () => {
    proxy.cutReplyOf(log.sha1);
    await expect(caller.call({ ...log, retryIndex: -1 }, [key], ['cut', '0'])).resolves.toBe('OK');
    expect(await admin.lrange(key, 0, -1)).toEqual(['first', 'cut', 'cut']);
  });
});
