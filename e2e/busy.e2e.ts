// A script that runs away, on a Redis with AOF `appendfsync always`, with everything running: one that has written nothing
// is ended by the presence service; one that has written is not, and the runbook in docs/operations.md is followed.
import { connect } from 'node:net';
import { type Accepted, holds, until } from '@fanfare/testing';
import { everyTarget, ids, makeGroup, offsets, payloads, publishNumbers, range, received } from './acts.js';
import { useStage } from './stage.js';

const KEEPS_BUSY_MS = 1000;
/** While Redis reads its log it takes 1 ms a command more, and others are heard every 1,024 commands. */
const slowStart = ['--key-load-delay', '1000'];
const stage = useStage({
  gateways: 1,
  redis: 'single',
  redisArgs: slowStart,
  env: { FANFARE_BUSY_KILL_SECONDS: String(KEEPS_BUSY_MS / 1000) },
});

/** Of the presence service: the sample that begins so. */
async function metric(beginning: string): Promise<number> {
  const page = await (await fetch(`${stage.fanfare.presences[0]?.url}/metrics`)).text();
  const line = page.split('\n').find((sample) => sample.startsWith(beginning));
  return Number(line?.split(' ').at(-1) ?? 0);
}
const logs = (): string => stage.fanfare.presences.map((presence) => presence.logs()).join('');

/** 504 where the machine is too busy for Redis to say in time that it takes nothing. */
const isRefused = ({ status, body: { code } }: { status: number; body: { code: string } }): boolean =>
  ['503 unavailable', '504 timeout'].includes(`${status} ${code}`);

/** What Redis says to a newcomer, even at a time when it knows next to no command; '' where it just hangs up. */
function say(command: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect(stage.redis.port, '127.0.0.1', () => socket.write(`${command}\r\n`));
    socket.setTimeout(5000, () => socket.destroy(new Error('no answer')));
    socket.on('error', reject);
    socket.on('close', () => resolve(''));
    socket.on('data', (data) => {
      resolve(data.toString());
      socket.destroy();
    });
  });
}
const ping = (): Promise<string> => say('PING');

function connection() {
  const redis = stage.redis.servers[0]?.connection();
  if (!redis) throw new Error('there is no Redis');
  return redis;
}

/** Runs it on a connection of its own; resolves with what the caller of the script is told in the end. */
function runAway(source: string, ...keys: string[]): Promise<string> {
  const redis = connection();
  return redis
    .eval(source, keys.length, ...keys)
    .then(String, (error: Error) => error.message)
    .finally(() => redis.disconnect());
}

test('a script that has written nothing is ended, and what waited for it is accepted and delivered', async () => {
  const [alice, group] = [stage.name('alice'), stage.name('eng')];
  await makeGroup(stage.api, group, alice);
  const session = await stage.connectSynced(alice);
  const ended = runAway('#!lua flags=no-writes\nwhile true do end');
  await until(async () => (await ping()).startsWith('-BUSY'), { what: 'BUSY' });
  const answers = await Promise.all(
    everyTarget(alice, group).map((to) => stage.api.publish({ to, payload: 'waited' })),
  );
  expect(answers.map(({ status }) => status)).toEqual([202, 202, 202]);
  expect(await ended).toContain('Script killed by user with SCRIPT KILL');
  await until(() => received(session).length === 3, { what: 'all three to come' });
  await until(async () => (await metric('fanfare_redis_busy{')) === 0, { what: 'it to be over in the metrics' });
  expect(await metric('fanfare_redis_busy_total{what="killed"')).toBe(1);
  expect(logs()).toContain('the script that kept Redis busy was ended');
  expect(logs()).toContain('"script":"the text of an EVAL"');
});

test('the runbook for a script that has written: SHUTDOWN NOSAVE and a start keep what was accepted, nothing else', async () => {
  const [alice, group, marker] = [stage.name('alice'), stage.name('eng'), stage.name('marker')];
  await makeGroup(stage.api, group, alice);
  const session = await stage.connectSynced(alice);
  const processes = stage.fanfare.services.map(({ pid }) => pid);
  const before: Accepted[] = [];
  for (const to of everyTarget(alice, group)) before.push(...(await publishNumbers(stage.api, to, 10)));
  const admin = connection();
  await admin.set(`${marker}-before`, 'kept'); // answered, so on the disk
  await Promise.all(range(1, 7000).map((number) => admin.set(`filler-${number}`, ''))); // 7 s of a start
  admin.disconnect();

  // It runs away.
  const lost = runAway(`#!lua\nredis.call('SET', KEYS[1], 'x') while true do end`, marker);
  await until(async () => (await ping()).startsWith('-BUSY'), { what: 'BUSY' });
  const refused = await stage.api.publish({ to: { user: alice }, payload: 'refused' });
  expect(isRefused(refused)).toBe(true);
  expect(logs()).toContain('A script that cannot be ended');
  expect(await metric('fanfare_redis_busy{')).toBe(1);
  expect(await metric('fanfare_redis_busy_total{what="unkillable"')).toBe(1);
  expect(await metric('fanfare_redis_busy_total{what="killed"')).toBe(1); // that of the test before
  await holds(async () => (await ping()).startsWith('-BUSY'), { what: 'BUSY', forMs: 500 });

  // The operator: SHUTDOWN NOSAVE, the one thing that a busy Redis does still, and a start.
  await say('SHUTDOWN NOSAVE');
  await until(() => !stage.redis.servers[0]?.isRunning, { what: 'Redis to be down' });
  expect(await lost).toContain('closed');
  const started = stage.redis.restart();
  await until(() => ping().then((answer) => answer.startsWith('-LOADING')), { what: 'LOADING', everyMs: 10 });
  const early = await stage.api.publish({ to: { user: alice }, payload: 'early' });
  expect(isRefused(early)).toBe(true);
  expect(await ping()).toMatch(/^-LOADING/);
  expect(session.isOpen).toBe(true);
  await started;

  // Everybody goes on by themselves.
  const accept = async (): Promise<Accepted | false> => {
    const answer = await stage.api.publish({ to: { user: alice }, payload: 'after' });
    return answer.status === 202 && answer.body;
  };
  const after = await until(accept, { what: 'a message to be accepted', deadlineMs: 20_000 });
  await until(() => ids(session).includes(after.id), { what: 'it to come', deadlineMs: 20_000 });
  expect(session.isOpen).toBe(true);
  expect(session.events('reset')).toEqual([]);
  expect(stage.fanfare.services.map(({ pid, isRunning }) => isRunning && pid)).toEqual(processes);
  await until(async () => (await metric('fanfare_redis_busy{')) === 0, { what: 'it to be over in the metrics' });

  // What stays: all that was accepted, in order, without a hole. What goes: what the script had written. What was refused
  // has not happened.
  expect(ids(session)).toEqual(expect.arrayContaining(before.map(({ id }) => id)));
  expect(offsets(session, `user:${alice}`)).toEqual(range(1, 11));
  expect(payloads(session, `user:${alice}`)).toEqual([...range(1, 10), 'after']);
  expect(offsets(session, `group:${group}`)).toEqual(range(1, 10));
  const again = connection();
  expect(await again.mget(marker, `${marker}-before`)).toEqual([null, 'kept']);
  again.disconnect();
});
