// Redis is restarted and has everything (append-only file, fsync always): the numbering goes on under a new epoch, and
// whatever was stored or is held under an older one still counts. Nothing is lost, nothing comes again.
import { partitionTake, timelineRead, timelineStart } from '@fanfare/redis-scripts';
import { joinGroup, publishMany, redisWorld, restart, toAll, toGroup, toUser } from './world.fixture.js';

const world = redisWorld({ appendonly: 'always' });

const read = async (position: string) => {
  const { home, log, state } = world.keys.user('a');
  const args = { node: 'n1', position, floor: 0, limit: 100, maxBytes: 1e6 };
  const reply = await timelineRead(world.scripts, { part: home.part, log, state, links: home.links }, args);
  if (reply.status !== 'OK') throw new Error(`timeline/read answered ${reply.status}`);
  return { ...reply, offsets: reply.entries.map(({ offset }) => offset) };
};
const unread = async () => (await world.cursors.unread('a')).timelines;
const numberOf = (epoch: string): number => Number.parseInt(epoch, 10);

test('cursors and positions of before the restart hold after it', async () => {
  await joinGroup(world, 'g', 'a');
  const [before] = await publishMany(world, toUser('a'), 5);
  await publishMany(world, toGroup('g'), 4);
  await publishMany(world, toAll, 3);
  await world.cursors.read('a', { timeline: 'user:a', upTo: 2 });
  await world.cursors.read('a', { timeline: 'user:a', offsets: [4] });
  await world.cursors.read('a', { timeline: 'group:g', upTo: 3 });
  await restart(world);
  expect(await unread()).toEqual({ 'user:a': 2, 'group:g': 1, all: 3 });
  const [after] = await publishMany(world, toUser('a'), 2);
  expect(after?.offset).toBe(6);
  expect(numberOf(after?.epoch ?? '')).toBe(numberOf(before?.epoch ?? '') + 1);
  expect(await read(`4 ${before?.epoch}`)).toMatchObject({
    reset: '',
    from: 4,
    offsets: [5, 6, 7],
    epoch: after?.epoch,
  });
  expect(await read(`5 ${before?.epoch}`)).toMatchObject({ reset: '', offsets: [6, 7] });
  expect(await unread()).toEqual({ 'user:a': 4, 'group:g': 1, all: 3 });
  const forks = await world.admin.hget(world.keys.user('a').state, 'forks');
  expect(forks).toBe(`${before?.epoch?.replace(/\.[^.]+$/, '')}:5`);
}, 30_000);

test('timelines in which nothing was written between two restarts keep their cursors too', async () => {
  await joinGroup(world, 'g', 'a');
  await publishMany(world, toUser('a'), 5);
  await publishMany(world, toGroup('g'), 4);
  await publishMany(world, toAll, 3);
  await restart(world);
  // Under this epoch everything is read, and nothing written.
  await world.cursors.read('a', { timeline: 'user:a', upTo: 4 });
  await world.cursors.read('a', { timeline: 'group:g', upTo: 4 });
  await world.cursors.read('a', { timeline: 'all', upTo: 2 });
  const held = await read('');
  await restart(world);
  expect(await unread()).toEqual({ 'user:a': 1, 'group:g': 0, all: 1 });
  expect(await read(`5 ${held.epoch}`)).toMatchObject({ reset: '', from: 5, offsets: [] });
  await publishMany(world, toUser('a'), 1);
  await restart(world);
  expect(await unread()).toEqual({ 'user:a': 2, 'group:g': 0, all: 1 });
  expect(await read(`5 ${held.epoch}`)).toMatchObject({ reset: '', from: 5, offsets: [6] });
}, 40_000);

test('a script that only reads asks for the partition to be taken; it is taken once for all who ask', async () => {
  const [before] = await publishMany(world, toUser('a'), 3);
  await restart(world);
  world.called.length = 0;
  const replies = await Promise.all(Array.from({ length: 20 }, () => read(`1 ${before?.epoch}`)));
  for (const reply of replies) expect(reply).toMatchObject({ offsets: [2, 3], reset: '' });
  expect(new Set(replies.map(({ epoch }) => epoch)).size).toBe(1);
  expect(world.called.filter((script) => script === 'partition/take')).toHaveLength(1);
}, 30_000);

test('taking a partition that is ours changes nothing', async () => {
  const { part } = world.keys.user('a').home;
  const first = await partitionTake(world.scripts, { part });
  expect(await partitionTake(world.scripts, { part })).toEqual(first);
  expect(await world.admin.hget(part, 'number')).toBe('1');
});

test('one who starts from scratch finds the timeline of before the restart', async () => {
  const [before] = await publishMany(world, toAll, 3);
  await restart(world);
  const { home, log, state, gone, ttl } = world.keys.all;
  const args = { resume: `1 ${before?.epoch}`, device: '', read: '', join: '', seen: '', limit: 9, maxBytes: 1e6 };
  const reply = await timelineStart(world.scripts, { part: home.part, log, state, gone, ttl }, args);
  expect(reply).toMatchObject({ status: 'OK', head: 3, from: 1, reset: '' });
}, 30_000);
