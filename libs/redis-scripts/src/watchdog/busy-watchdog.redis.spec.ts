// Real endless loops on a real Redis: what has written nothing is ended, what has written is told of and left alone.
import { holds, startRedis, type ThrowawayRedis, until } from '@fanfare/testing';
import { Redis } from 'ioredis';
import { ScriptCaller } from '../calls/script-caller.js';
import { connectRedis, type RedisConnection } from '../connection/connect.js';
import { rosterPage } from '../generated/index.js';
import type { BusyReport } from './busy-watch.js';
import { BusyWatchdog, type BusyWatchdogOptions } from './busy-watchdog.js';

const threshold = ['--busy-reply-threshold', '50'];
const quick: BusyWatchdogOptions = { everyMs: 20, killAfterMs: 200 };
const reading = '#!lua flags=no-writes\nwhile true do end';
const writing = `#!lua\nredis.call('SET', KEYS[1], 'x') while true do end`;

let redis: ThrowawayRedis;
let runner: Redis;
/** Connected before anything is busy: a busy Redis lets nobody in who asks it for more than PING. */
let other: Redis;
let connection: RedisConnection;
let caller: ScriptCaller;
let watchdogs: BusyWatchdog[];
let reports: BusyReport[];

async function open(options: Parameters<typeof startRedis>[0]): Promise<void> {
  [watchdogs, reports] = [[], []];
  redis = await startRedis({ ...options, args: [...threshold, ...(options.args ?? [])] });
  runner = plain(redis.port);
  other = plain(redis.port);
  await Promise.all([runner.ping(), other.ping()]);
  connection = await connectRedis(redis.url);
  caller = new ScriptCaller(connection, { deadlineMs: 20_000 });
  await until(() => caller.isReady, { what: 'scripts to be loaded' });
}
afterEach(async () => {
  for (const watchdog of watchdogs) watchdog.close();
  caller.close();
  connection.close();
  runner.disconnect();
  other.disconnect();
  await redis.kill(); // some are busy for ever
  await redis.stop();
});

function plain(port: number): Redis {
  const client = new Redis({ port, host: '127.0.0.1', retryStrategy: null });
  client.on('error', () => undefined);
  return client;
}

function watch(options: BusyWatchdogOptions = quick): BusyWatchdog {
  const watchdog = new BusyWatchdog(connection, { onReport: (report) => reports.push(report), ...options });
  watchdogs.push(watchdog);
  return watchdog;
}
const told = (what: BusyReport['what']): BusyReport[] => reports.filter((report) => report.what === what);
const run = (source: string): Promise<string> =>
  runner.eval(source, 1, '{a}key').then(String, (error: Error) => error.message);
const killed = (error: Error): boolean => error.message.includes('killed');
const page = () => rosterPage(caller, { set: '{a}set' }, { score: '', after: '', limit: 0 });

const clients = async (): Promise<number> =>
  String(await other.call('CLIENT', 'LIST'))
    .trim()
    .split('\n').length;

/** PING by a connection that was there before. */
const isBusy = (client: Redis): Promise<boolean> =>
  client.ping().then(
    () => false,
    (error: Error) => error.message.startsWith('BUSY'),
  );

describe('on a single server', () => {
  beforeEach(() => open({ mode: 'single' }));

  test('a script that runs away without having written is ended, and calls that waited go on', async () => {
    const watchdog = watch();
    const ended = run(reading);
    await until(() => watchdog.states.get(`127.0.0.1:${redis.port}`) === 'busy', { what: 'it to be noticed' });
    const waited = page();
    await expect(ended).resolves.toContain('Script killed by user with SCRIPT KILL');
    await expect(waited).resolves.toMatchObject({ status: 'OK' });
    await until(() => told('over').length === 1, { what: 'the end to be told' });
    expect(reports.map(({ what }) => what)).toEqual(['busy', 'killed', 'over']);
    expect([...watchdog.states.values()]).toEqual(['free']);
  });

  test('control: without a watchdog it stays busy, and the call goes on waiting', async () => {
    void run(reading);
    await until(() => isBusy(other), { what: 'BUSY' });
    let isAnswered = false;
    void page().then(
      () => (isAnswered = true),
      () => undefined, // the server is killed at the end
    );
    await holds(async () => (await isBusy(other)) && !isAnswered, { what: 'BUSY', forMs: 1000 });
  });

  test('with a time of 0 it is told of and not ended', async () => {
    watch({ ...quick, killAfterMs: 0 });
    void run(reading);
    await until(() => told('busy').length === 1, { what: 'it to be noticed' });
    await holds(() => isBusy(other), { what: 'BUSY', forMs: 600 });
    expect(reports.map(({ what }) => what)).toEqual(['busy']);
  });

  test('a script that has written is told of as unkillable, once, and goes on', async () => {
    const watchdog = watch();
    void run(writing);
    await until(() => told('unkillable').length === 1, { what: 'it to be told of' });
    await holds(() => isBusy(other), { what: 'BUSY', forMs: 600 });
    expect(reports).toEqual([
      { what: 'busy', primary: `127.0.0.1:${redis.port}` },
      {
        what: 'unkillable',
        primary: `127.0.0.1:${redis.port}`,
        forMs: expect.any(Number) as number,
        isFunction: false,
      },
    ]);
    expect([...watchdog.states.values()]).toEqual(['unkillable']);
  });

  test('a function is none of ours: told of, not ended', async () => {
    const library = `#!lua name=lib\nredis.register_function{function_name='loop', callback=function() while true do end end, flags={'no-writes'}}`;
    await runner.call('FUNCTION', 'LOAD', library);
    watch();
    const ended = runner.call('FCALL', 'loop', '0').then(String, (error: Error) => error.message);
    await until(() => told('unkillable').length === 1, { what: 'it to be told of' });
    expect(told('unkillable')).toMatchObject([{ isFunction: true }]);
    await until(() => other.call('FUNCTION', 'KILL'), { what: 'the function to be ended' });
    await expect(ended).resolves.toContain('killed');
  });

  test('which script it was is told by its name, as far as the slow log knows it', async () => {
    const sha1 = String(await runner.script('LOAD', reading));
    watch({ ...quick, scripts: [{ name: 'test/reading', sha1 }] });
    const runIt = (call: Promise<unknown>) => call.then(String, (error: Error) => error.message);
    await expect(runIt(runner.evalsha(sha1, 0))).resolves.toContain('killed');
    await until(() => told('over').length === 1, { what: 'the end to be told' });
    const another = String(await runner.script('LOAD', `${reading} -- another`));
    await expect(runIt(runner.evalsha(another, 0))).resolves.toContain('killed');
    await until(() => told('over').length === 2, { what: 'the end to be told' });
    await expect(run(reading)).resolves.toContain('killed');
    await until(() => told('over').length === 3, { what: 'the end to be told' });
    expect(told('over')).toMatchObject([
      { after: 'killed', script: 'test/reading' },
      { after: 'killed', script: `the script ${another}` },
      { after: 'killed', script: 'the text of an EVAL' },
    ]);
  });

  test('a watchdog that begins while Redis is busy ends the script all the same', async () => {
    const ended = run(reading);
    await until(() => isBusy(other), { what: 'BUSY' });
    watch();
    await expect(ended).resolves.toContain('killed');
  });

  test('of scripts that run away one after the other each is ended and told of', async () => {
    watch();
    const first = run(reading);
    await until(() => told('busy').length === 1, { what: 'the first to be noticed' });
    await until(() => other.eval(reading, 0).catch(killed), { what: 'the second to be ended', everyMs: 1 });
    await expect(first).resolves.toContain('killed');
    await until(() => told('over').length > 0, { what: 'the end to be told' });
    expect(told('killed')).toHaveLength(2);
  });

  test('several at once do no harm: the script is ended, and the next one is not', async () => {
    for (const _ of [1, 2, 3]) watch();
    await expect(run(reading)).resolves.toContain('killed');
    await until(() => told('over').length === 3, { what: 'the end to be told by all' });
    expect(told('killed').length).toBeGreaterThan(0);
    await expect(run(`#!lua\nreturn redis.call('PING').ok`)).resolves.toBe('PONG');
  });

  test('silence is told of too, and its end', async () => {
    const before = await clients();
    watch({ ...quick, silentAfterMs: 200 });
    await until(async () => (await clients()) === before + 1, { what: 'its connection' });
    await other.config('SET', 'busy-reply-threshold', '700');
    const ended = run(`#!lua\nlocal from = redis.call('TIME')[1] * 1000 + math.floor(redis.call('TIME')[2] / 1000)
      while redis.call('TIME')[1] * 1000 + math.floor(redis.call('TIME')[2] / 1000) - from < 500 do end return 'done'`);
    await until(() => told('over').length === 1, { what: 'the end to be told' });
    await expect(ended).resolves.toBe('done');
    expect(reports).toMatchObject([{ what: 'silent' }, { what: 'over', after: 'silent' }]);
  });

  test('a Redis that is away is not busy', async () => {
    const watchdog = watch({ ...quick, silentAfterMs: 100 });
    await redis.shutdown();
    await until(() => !connection.isReady, { what: 'the loss to be noticed' });
    await holds(() => reports.length === 0, { what: 'no report', forMs: 500 });
    expect([...watchdog.states.values()]).toEqual(['free']);
    await redis.restart();
    await expect(page()).resolves.toMatchObject({ status: 'OK' });
    await until(() => watchdog.states.size === 1, { what: 'the primary' });
    const again = plain(redis.port);
    await expect(again.eval(reading, 0)).rejects.toThrow('killed');
    again.disconnect();
  });

  test('closing ends its connections', async () => {
    const clients = async (): Promise<number> =>
      String(await runner.call('CLIENT', 'LIST'))
        .trim()
        .split('\n').length;
    const before = await clients();
    const watchdog = watch();
    await until(async () => (await clients()) === before + 1, { what: 'its connection' });
    watchdog.close();
    await until(async () => (await clients()) === before, { what: 'its connection to be gone' });
  });
});

test('on a cluster the busy primary is found, and the others are left alone', async () => {
  await open({ mode: 'cluster', nodes: 3 });
  const watchdog = watch();
  const key = '{a}key';
  const home = connection.primaries.of(key);
  const port = Number(home?.address.split(':')[1]);
  const there = plain(port);
  const ended = there.eval(reading, 1, key).then(String, (error: Error) => error.message);
  await expect(ended).resolves.toContain('killed');
  await until(() => told('over').length === 1, { what: 'the end to be told' });
  expect(new Set(reports.map(({ primary }) => primary))).toEqual(new Set([home?.address]));
  expect(watchdog.states.size).toBe(3);
  there.disconnect();
});
