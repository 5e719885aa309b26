// Opening and closing sessions: what a device is told, and what is registered for it and undone.
import { limits } from '@fanfare/contracts';
import { parseSessions } from './session-lines.js';
import { appendMany, open, redisWorld } from './world.fixture.js';

const world = redisWorld();

const close = (session: string, node = 'n1', user = 'a') => world.registry.close(user, session, node, 60_000);
const sessions = async (user = 'a') =>
  parseSessions((await world.admin.hget(world.keys.user(user).home.sessions, user)) ?? '');
const holdings = (node: string) => world.admin.smembers(world.keys.nodeHoldings(world.keys.user('a').home, node));

test('the first session of an unknown user makes them known and online', async () => {
  const before = Date.now() - 60_000;
  const opened = await open(world, 's1', { device: 'phone' });
  expect(opened).toMatchObject({ head: 0, read: 0, unread: 0, from: 0, reset: '', reached: 0, cameOnline: 1 });
  expect(opened).toMatchObject({ all: '', allFloor: '', groups: [], cursors: [], seenAll: [], entries: [] });
  expect(opened.epoch).toMatch(/^1\.[0-9a-f]{8}\.[0-9a-f]+$/);
  expect(opened.since).toBeGreaterThan(before);
  expect(await sessions()).toMatchObject([{ session: 's1', node: 'n1', device: 'phone' }]);
  expect(await holdings('n1')).toEqual(['user\ta']);
});

test('a later session is told what the timeline holds', async () => {
  const epoch = await appendMany(world, 5);
  const opened = await open(world, 's1', { limit: 3 });
  expect(opened).toMatchObject({ head: 5, epoch, unread: 5, from: 0, reached: 3 });
  expect(opened.entries.map(({ offset }) => offset)).toEqual([1, 2, 3]);
  expect(await open(world, 's2', { limit: 0 })).toMatchObject({
    unread: 5,
    from: 0,
    reached: 0,
    entries: [],
    cameOnline: 0,
  });
});

test('what is stored of groups and of `all` is answered, briefly where epochs repeat', async () => {
  const keys = world.keys.user('a');
  const stored = {
    same: '7 3 1.a.2 5 1.a.2 1',
    other: '8 3 1.a.2 5 2.a.2 0',
    longer: '9 3 1.a.2 5 1.a.22 0',
    gone: '-7',
  };
  await world.admin.hset(world.keys.userGroups(keys), stored);
  await world.admin.hset(keys.state, { all: '12 3.b.4', allFloor: '4 3.b.4' });
  const opened = await open(world, 's1');
  const { groups } = opened;
  const answered = Object.fromEntries(groups.flatMap((name, at) => (at % 2 === 0 ? [[name, groups[at + 1]]] : [])));
  expect(answered).toEqual({ ...stored, same: '7 3 1.a.2 5 = 1' });
  expect(opened).toMatchObject({ all: '12 3.b.4', allFloor: '4 3.b.4' });
  await world.admin.hset(keys.state, { allFloor: '4 2.b.4' });
  expect(await open(world, 's1')).toMatchObject({ all: '12 3.b.4', allFloor: '4 2.b.4' });
});

test('opening the same session again changes nothing but its line', async () => {
  await open(world, 's1', { device: 'phone' });
  await open(world, 's2');
  const again = await open(world, 's1', { node: 'n2', device: 'phone' });
  expect(again.cameOnline).toBe(0);
  expect((await sessions()).map(({ session, node }) => [session, node])).toEqual([
    ['s2', 'n1'],
    ['s1', 'n2'],
  ]);
});

test('a user has at most 100 sessions; those may be opened again', async () => {
  const names = Array.from({ length: limits.sessionsPerUser }, (_, index) => `s${index}`);
  for (const name of names) await open(world, name);
  const request = { user: 'a', node: 'n1', device: '', resume: '', limit: 0 };
  await expect(world.registry.open({ ...request, session: 'one more' })).resolves.toEqual({ status: 'FULL' });
  await expect(open(world, 's5')).resolves.toBeDefined();
  expect(await sessions()).toHaveLength(limits.sessionsPerUser);
  await close('s5');
  await expect(open(world, 'one more')).resolves.toBeDefined();
  await expect(open(world, 's1', { user: 'b' })).resolves.toBeDefined();
});

test('of two devices one closes: the user stays online', async () => {
  await open(world, 's1', { device: 'phone' });
  await open(world, 's2', { device: 'web', node: 'n2' });
  await close('s1');
  expect(await sessions()).toMatchObject([{ session: 's2' }]);
  expect(await world.admin.zscore(world.keys.user('a').home.leaving, 'a')).toBeNull();
  expect(await world.presence.query(['a'])).toMatchObject({ a: { online: true, devices: 1 } });
});

test('control: a flag instead of sessions, and the user with one device left would be offline', async () => {
  const flag = `${world.keys.app}/flag`;
  for (const session of ['s1', 's2']) {
    await open(world, session);
    await world.admin.sadd(flag, 'a');
  }
  await close('s1');
  await world.admin.srem(flag, 'a');
  expect(await world.admin.sismember(flag, 'a')).toBe(0);
  expect(await world.presence.query(['a'])).toMatchObject({ a: { online: true, devices: 1 } });
});

test('a node holds a user until the last of their sessions there has closed', async () => {
  for (const session of ['s1', 's2']) await open(world, session);
  await open(world, 's3', { node: 'n2' });
  await close('s1');
  expect(await holdings('n1')).toEqual(['user\ta']);
  await close('s2');
  expect([await holdings('n1'), await holdings('n2')]).toEqual([[], ['user\ta']]);
});

test('closing what is not open, or twice, changes nothing', async () => {
  await close('s1');
  await open(world, 's1');
  await close('s2');
  await close('s1', 'n1', 'b');
  expect(await sessions()).toHaveLength(1);
  await close('s1');
  await close('s1');
  expect(await sessions()).toEqual([]);
  expect(await world.admin.zcard(world.keys.user('a').home.leaving)).toBe(1);
});

const exotic = [
  'a b',
  '%d+',
  '-',
  '[^\t]'.replace('\t', 't'),
  'x\\n',
  '\u2028',
  'ü',
  '😀',
  "'",
  '{a}',
  'a'.repeat(128),
  '__proto__',
];

test.each(exotic)('a device and a user named %j are registered and undone exactly', async (name) => {
  await open(world, 's1', { user: name, device: name });
  await open(world, 's2', { user: name, device: `${name}2` });
  await open(world, 's1', { user: `${name}2`, device: name });
  await close('s1', 'n1', name);
  expect(await sessions(name)).toMatchObject([{ session: 's2', device: `${name}2` }]);
  expect(await sessions(`${name}2`)).toMatchObject([{ session: 's1', device: name }]);
});

test('very many that expired at once are swept before the count is told', async () => {
  await appendMany(world, 1100, Date.now() - 1000);
  await appendMany(world, 2);
  await expect(open(world, 's1')).resolves.toMatchObject({ head: 1102, unread: 2 });
  expect(world.called.filter((script) => script === 'session/open').length).toBeGreaterThan(2);
});

test('a user’s state lives on with every session', async () => {
  const { state } = world.keys.user('a');
  await open(world, 's1');
  await world.admin.pexpire(state, 1000);
  await open(world, 's2');
  expect(await world.admin.pttl(state)).toBeGreaterThan(1_000_000);
});
