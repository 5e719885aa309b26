// What a caller sees when Redis can't answer, does not answer in time, or refuses.
import { createHash } from 'node:crypto';
import { startRedis, type ThrowawayRedis, until } from '@fanfare/testing';
import { Redis } from 'ioredis';
import { connectRedis, type RedisConnection } from '../connection/connect.js';
import { ScriptError, TimeoutError, UnavailableError } from '../errors.js';
import { int, statusOf } from '../reply.js';
import type { Script } from '../script.js';
import { type CallOutcome, ScriptCaller } from './script-caller.js';

function define(name: string, body: string, more: Partial<Script<string>> = {}): Script<string> {
  const source = body.startsWith('#!') ? body : `#!lua\n${body}`;
  const sha1 = createHash('sha1').update(source).digest('hex');
  return { name, sha1, source, readOnly: false, partIndex: -1, retryIndex: -1, decode: statusOf, ...more };
}

const key = 'test/{1}/key';
const write = define('test/write', `redis.call('RPUSH', KEYS[1], ARGV[1]) return { 'OK' }`);
const read = define('test/read', `#!lua flags=no-writes\nreturn { 'OK', redis.call('LLEN', KEYS[1]) }`);
const free = define('test/free', `#!lua flags=allow-oom\nredis.call('DEL', KEYS[1]) return { 'OK' }`);
const take = define('partition/take', `redis.call('INCR', KEYS[1]) return { 'OK' }`);
const needs = (takes: number): Script<string> =>
  define(
    'test/fenced',
    `#!lua flags=no-writes\nif tonumber(redis.call('GET', KEYS[1]) or 0) < ${takes} then return { 'TAKE' } end return { 'OK' }`,
    { partIndex: 0 },
  );
const [fenced, hopeless] = [needs(2), needs(1000)];
const scripts = [write, read, free, take, fenced, hopeless];

let redis: ThrowawayRedis;
let admin: Redis;
let connection: RedisConnection;
let caller: ScriptCaller;
let seen: [string, CallOutcome, number][];

async function open(): Promise<void> {
  seen = [];
  admin = new Redis(redis.port, '127.0.0.1');
  admin.on('error', () => undefined);
  connection = await connectRedis(redis.url);
  const observe = (name: string, _ms: number, outcome: CallOutcome, attempts: number): unknown =>
    seen.push([name, outcome, attempts]);
  caller = new ScriptCaller(connection, { scripts, observe });
  await until(() => caller.isReady, { what: 'scripts to be loaded' });
}
function shut(): void {
  caller.close();
  connection.close();
  admin.disconnect();
}

beforeAll(async () => {
  redis = await startRedis({ mode: 'single', args: ['--enable-debug-command', 'yes', '--busy-reply-threshold', '20'] });
});
afterAll(() => redis.stop());
beforeEach(open);
afterEach(async () => {
  await admin.config('SET', 'maxmemory', '0');
  await admin.flushall();
  shut();
});

test('every call is observed with its outcome', async () => {
  await caller.call(write, [key], ['x']);
  await expect(caller.call(write, [key], [])).rejects.toThrow(ScriptError);
  expect(seen).toEqual([
    ['test/write', 'ok', 1],
    ['test/write', 'script', 1],
  ]);
});

test('a script that answers TAKE has its partition taken, once for all who ask, and is repeated', async () => {
  await expect(Promise.all([1, 2, 3].map(() => caller.call(fenced, [key], [])))).resolves.toEqual(['OK', 'OK', 'OK']);
  expect(await admin.get(key)).toBe('2');
});

test('a script that goes on answering TAKE ends as unavailable', async () => {
  await expect(caller.call(hopeless, [key], [])).rejects.toMatchObject({ code: 'unavailable', reason: 'fence' });
  expect(await admin.get(key)).toBe('3');
});

test('no answer within the deadline is a TimeoutError, and what comes later is dropped', async () => {
  await admin.call('CLIENT', 'PAUSE', '400', 'ALL');
  const late = caller.call(write, [key], ['late'], { deadlineMs: 100 });
  await expect(late).rejects.toThrow(TimeoutError);
  await expect(late).rejects.toMatchObject({ code: 'timeout', deadlineMs: 100 });
  await expect(caller.call(read, [key], [])).resolves.toBe('OK');
  expect(caller.pending).toEqual({ inFlight: 0, waiting: 0 });
});

test('full memory refuses writes at once, lets the others go on, and passes', async () => {
  await admin.config('SET', 'maxmemory', '1mb');
  await expect(caller.call(write, [key], ['x'])).rejects.toMatchObject({ code: 'unavailable', reason: 'memory' });
  await expect(caller.call(read, [key], [])).resolves.toBe('OK');
  await expect(caller.call(free, [key], [])).resolves.toBe('OK');
  await admin.config('SET', 'maxmemory', '0');
  await expect(caller.call(write, [key], ['x'])).resolves.toBe('OK');
});

describe('while a script runs for too long', () => {
  let other: Redis;
  let stuck: Promise<unknown>;

  beforeEach(async () => {
    other = new Redis(redis.port, '127.0.0.1');
    await other.ping();
    stuck = admin.call('EVAL', 'while true do end', '0').catch(() => undefined);
    await until(isBusy, { what: 'BUSY' });
  });
  afterEach(async () => {
    await endIt();
    other.disconnect();
  });
  const isBusy = (): Promise<boolean> => other.ping().then(() => false, hasCode('BUSY'));
  const endIt = async (): Promise<unknown> => {
    await other.call('SCRIPT', 'KILL').catch(() => undefined); // it may have ended
    return stuck;
  };

  test('calls wait, in order, and do not fail', async () => {
    const calls = Promise.all(Array.from({ length: 20 }, (_, id) => caller.call(write, [key], [String(id)])));
    await until(() => caller.pending.waiting === 20, { what: 'all of them to wait' });
    await endIt();
    await calls;
    expect(await admin.lrange(key, 0, -1)).toEqual(Array.from({ length: 20 }, (_, id) => String(id)));
  });

  test('a call that waits ends by its deadline as unavailable, and is not done later', async () => {
    // Long enough that most of the time it waits for the next attempt, and is not on its way.
    const late = caller.call(write, [key], ['late'], { deadlineMs: 1500 });
    await expect(late).rejects.toMatchObject({ code: 'unavailable', reason: 'busy' });
    await endIt();
    await expect(caller.call(read, [key], [])).resolves.toBe('OK');
    expect(await admin.exists(key)).toBe(0);
  });

  test('control: without the caller a call fails at once', async () => {
    await expect(other.rpush(key, 'x')).rejects.toThrow('BUSY');
  });
});

function hasCode(code: string): (error: Error) => boolean {
  return (error) => error.message.startsWith(code);
}

test('calls made while Redis is away are carried out when it is back', async () => {
  await redis.shutdown();
  await until(() => !connection.isReady, { what: 'the loss to be noticed' });
  const waiting = caller.call(write, [key], ['x'], { deadlineMs: 20_000 });
  expect(caller.pending.waiting).toBe(1);
  await redis.restart();
  await expect(waiting).resolves.toBe('OK');
});

test('while Redis is away a call ends by its deadline as unavailable, and not too many may wait', async () => {
  const narrow = new ScriptCaller(connection, { scripts, maxPending: 2 });
  await redis.shutdown();
  await until(() => !connection.isReady, { what: 'the loss to be noticed' });
  const calls = [1, 2, 3].map(() => narrow.call(read, [key], [], { deadlineMs: 200 }));
  await expect(calls[2]).rejects.toMatchObject({ reason: 'overload' });
  for (const call of calls.slice(0, 2)) await expect(call).rejects.toMatchObject({ reason: 'connection' });
  expect(narrow.pending.waiting).toBe(0);
  narrow.close();
  await redis.restart();
});

test('closing fails what waits, and every later call', async () => {
  await redis.shutdown();
  await until(() => !connection.isReady, { what: 'the loss to be noticed' });
  const waiting = caller.call(read, [key], []);
  caller.close();
  await expect(waiting).rejects.toThrow(UnavailableError);
  await expect(caller.call(read, [key], [])).rejects.toMatchObject({ reason: 'closed' });
  await redis.restart();
});

test('a reply of another shape than declared is a fault of the script', async () => {
  const wrong = { ...read, decode: (reply: Parameters<typeof int>[0][]) => String(int(reply[0])) };
  await expect(caller.call(wrong, [key], [])).rejects.toThrow('test/read: answered what its header does not say');
});
