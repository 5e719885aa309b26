// A user's share of `all` begins when they become known, and stays where it was found.
import { timelineSeek, userEnter } from '@fanfare/redis-scripts';
import { append, knowUser, nextMillisecond, publishMany, redisWorld, toAll } from './world.fixture.js';

const world = redisWorld();

const seek = (time: number) => {
  const { home, log, state } = world.keys.all;
  return timelineSeek(world.scripts, { part: home.part, log, state }, { time });
};
const enter = (user: string, offset: number, epoch = '1.a.2') =>
  userEnter(world.scripts, { state: world.keys.user(user).state }, { offset, epoch });
const unreadOfAll = async (user: string) => (await world.cursors.unread(user)).timelines['all'];
const inboxOfAll = async (user: string) =>
  (await world.inbox.page(user, { timeline: 'all' })).messages.map(({ offset }) => offset);

test('what was sent to `all` before a user was known is not theirs', async () => {
  await publishMany(world, toAll, 3);
  await nextMillisecond(world);
  await knowUser(world, 'a');
  expect([await unreadOfAll('a'), await inboxOfAll('a')]).toEqual([0, []]);
  await publishMany(world, toAll, 2);
  expect([await unreadOfAll('a'), await inboxOfAll('a')]).toEqual([2, [5, 4]]);
});

test('control: for one who was known before, all of it is', async () => {
  await knowUser(world, 'a');
  await publishMany(world, toAll, 3);
  expect([await unreadOfAll('a'), await inboxOfAll('a')]).toEqual([3, [3, 2, 1]]);
});

test('the share is looked for once, and begins where it began also after trimming', async () => {
  await publishMany(world, toAll, 3);
  await nextMillisecond(world);
  await knowUser(world, 'a');
  await world.cursors.unread('a');
  world.called.length = 0;
  await append(world, world.keys.all, new Array(10).fill({ timeline: 'all' }), { cap: 4 });
  expect(await unreadOfAll('a')).toBe(4);
  expect(world.called).not.toContain('timeline/seek');
  expect(await world.admin.hget(world.keys.user('a').state, 'allFloor')).toMatch(/^3 /);
});

test('where nothing was ever sent to `all` the share is not settled yet', async () => {
  await knowUser(world, 'a');
  expect(await unreadOfAll('a')).toBe(0);
  expect(await seek(1)).toEqual({ status: 'UNKNOWN' });
  expect(await world.admin.hexists(world.keys.user('a').state, 'allFloor')).toBe(0);
});

test('seeking finds the last offset before a time, trimmed or not', async () => {
  const times: number[] = [];
  for (let count = 0; count < 6; count += 1) {
    await append(world, world.keys.all, [{ timeline: 'all' }], { cap: 4 });
    const [entry] = await world.admin.lrangeBuffer(world.keys.all.log, -1, -1);
    times.push(entry?.readUIntBE(0, 6) ?? 0);
    await nextMillisecond(world);
  }
  const found = await Promise.all([...times, Date.now() + 60_000].map((time) => seek(time)));
  expect(found.map((reply) => (reply.status === 'OK' ? reply.offset : reply.status))).toEqual([2, 2, 2, 3, 4, 5, 6]);
});

test('whoever enters second finds what the first has settled; an unknown user settles nothing', async () => {
  expect(await enter('a', 3)).toEqual({ status: 'UNKNOWN' });
  await knowUser(world, 'a');
  expect(await enter('a', 3)).toEqual({ status: 'OK', all: '3 1.a.2', allFloor: '3 1.a.2' });
  expect(await enter('a', 9)).toEqual({ status: 'OK', all: '3 1.a.2', allFloor: '3 1.a.2' });
});
