// What a user has read: forward only, whoever reads and however many at once.
import { limits } from '@fanfare/contracts';
import { type ScriptRunner, userLeft } from '@fanfare/redis-scripts';
import { ReadCursors } from './read-cursors.js';
import { joinGroup, knowUser, publishMany, redisWorld, toAll, toGroup, toUser } from './world.fixture.js';

const world = redisWorld();
const OWN = 'user:a';

const read = (timeline: string, upTo: number) => world.cursors.readIn('a', { timeline, upTo });
const readOffsets = (timeline: string, offsets: number[]) => world.cursors.readIn('a', { timeline, offsets });
const unread = async () => (await world.cursors.unread('a')).timelines;
const seenIn = async (timeline: string): Promise<number[]> => {
  const marks = await world.admin.zrange(world.keys.userSeen(world.keys.user('a'), timeline), '0', '-1');
  return marks.map((mark) => Number.parseInt(mark, 10));
};

test('reading up to an offset leaves what came later', async () => {
  await publishMany(world, toUser('a'), 5);
  await expect(read(OWN, 3)).resolves.toEqual({ read: 3, unread: 2 });
  expect(await unread()).toEqual({ [OWN]: 2, all: 0 });
});

test('a cursor moves forward only', async () => {
  await publishMany(world, toUser('a'), 5);
  await read(OWN, 4);
  await expect(read(OWN, 2)).resolves.toEqual({ read: 4, unread: 1 });
  await expect(read(OWN, 0)).resolves.toEqual({ read: 4, unread: 1 });
});

test('an offset beyond the head is cut to it: what comes later is unread', async () => {
  await publishMany(world, toUser('a'), 3);
  await expect(read(OWN, Number.MAX_SAFE_INTEGER)).resolves.toEqual({ read: 3, unread: 0 });
  await publishMany(world, toUser('a'), 2);
  expect(await unread()).toMatchObject({ [OWN]: 2 });
});

test('single offsets beyond the head are nothing: what comes later is unread', async () => {
  await publishMany(world, toUser('a'), 3);
  await expect(readOffsets(OWN, [2, 3, 4, 5, 99])).resolves.toEqual({ read: 0, unread: 1 });
  await expect(readOffsets(OWN, [1, 4, 5])).resolves.toEqual({ read: 3, unread: 0 });
  await publishMany(world, toUser('a'), 3);
  expect(await unread()).toMatchObject({ [OWN]: 3 });
});

test('offsets read one by one are compacted into the cursor once it reaches them', async () => {
  await publishMany(world, toUser('a'), 6);
  await expect(readOffsets(OWN, [2, 3, 5])).resolves.toEqual({ read: 0, unread: 3 });
  expect(await seenIn(OWN)).toEqual([2, 3, 5]);
  await expect(readOffsets(OWN, [1])).resolves.toEqual({ read: 3, unread: 2 });
  expect(await seenIn(OWN)).toEqual([5]);
  await expect(read(OWN, 4)).resolves.toEqual({ read: 5, unread: 1 });
  expect(await seenIn(OWN)).toEqual([]);
});

test('offsets that are already read, or read twice, change nothing', async () => {
  await publishMany(world, toUser('a'), 4);
  await read(OWN, 2);
  await readOffsets(OWN, [4, 4]);
  await expect(readOffsets(OWN, [1, 2, 4])).resolves.toEqual({ read: 2, unread: 1 });
});

test('of single offsets at most the newest 1,000 are kept', async () => {
  await publishMany(world, toUser('a'), 1100);
  const even = Array.from({ length: 500 }, (_, index) => 2 * (index + 1));
  await readOffsets(OWN, even);
  await readOffsets(
    OWN,
    Array.from({ length: 50 }, (_, index) => 1100 - index),
  );
  expect((await seenIn(OWN)).length).toBe(550);
  const odd = Array.from({ length: 499 }, (_, index) => 2 * index + 3);
  await readOffsets(OWN, odd);
  expect((await seenIn(OWN)).length).toBe(limits.seenOffsets);
});

test('everything is every timeline the user has', async () => {
  await knowUser(world, 'a');
  await joinGroup(world, 'g', 'a');
  for (const to of [toUser('a'), toGroup('g'), toAll]) await publishMany(world, to, 3);
  expect(await unread()).toEqual({ [OWN]: 3, 'group:g': 3, all: 3 });
  await expect(world.cursors.read('a', { everything: true })).resolves.toEqual({ unread: 0 });
  expect(await unread()).toEqual({ [OWN]: 0, 'group:g': 0, all: 0 });
});

test('everything tells where each cursor is, and costs two calls for each timeline', async () => {
  const groups = Array.from({ length: 20 }, (_, index) => `g${index}`);
  for (const group of groups) {
    await joinGroup(world, group, 'a');
    await publishMany(world, toGroup(group), 2);
  }
  await unread(); // finds the share of `all`
  const before = world.called.length;
  const { unread: left, timelines } = await world.cursors.readEverything('a');
  expect(left).toBe(0);
  const expected = groups.map((group) => ({ timeline: `group:${group}`, read: 2, unread: 0 }));
  expect(timelines).toEqual(expect.arrayContaining(expected));
  expect(timelines.map(({ timeline }) => timeline)).toEqual(expect.arrayContaining([OWN, 'all']));
  expect(world.called.length - before).toBeLessThanOrEqual(1 + 2 * (groups.length + 2));
});

test('everything is read also where others read at the same time, and where a group is left meanwhile', async () => {
  for (const group of ['g', 'h']) {
    await joinGroup(world, group, 'a');
    await publishMany(world, toGroup(group), 3);
  }
  const groups = world.keys.userGroups(world.keys.user('a'));
  let hasLeft = false;
  const leaving: ScriptRunner = {
    call: async (script, ...rest) => {
      if (script.name === 'user/read' && !hasLeft) {
        hasLeft = true;
        await userLeft(world.scripts, { group: 'h', version: 1e6 }, [{ groups }]);
        await read('group:g', 2);
      }
      return world.scripts.call(script, ...rest);
    },
  };
  const { timelines } = await new ReadCursors(leaving, world.keys).readEverything('a');
  expect(timelines).toContainEqual({ timeline: 'group:g', read: 3, unread: 0 });
  expect(timelines.map(({ timeline }) => timeline)).not.toContain('group:h');
  expect(await unread()).toMatchObject({ 'group:g': 0 });
});

test('a group is unread from joining on, and can be read while one is in it', async () => {
  await joinGroup(world, 'g', 'b');
  await publishMany(world, toGroup('g'), 4);
  await joinGroup(world, 'g', 'a');
  await publishMany(world, toGroup('g'), 2);
  expect(await unread()).toMatchObject({ 'group:g': 2 });
  await expect(read('group:g', 5)).resolves.toEqual({ read: 5, unread: 1 });
  const groups = world.keys.userGroups(world.keys.user('a'));
  await userLeft(world.scripts, { group: 'g', version: 1e6 }, [{ groups }]);
  await expect(read('group:g', 6)).rejects.toMatchObject({ code: 'not_found' });
  expect(await unread()).not.toHaveProperty('group:g');
});

test('what was read one by one of a timeline that was made anew does not count for the new one', async () => {
  await publishMany(world, toUser('a'), 5);
  await readOffsets(OWN, [2, 4]);
  const { log, state } = world.keys.user('a');
  await world.admin.del(log, state); // both have expired, what was read has not
  await publishMany(world, toUser('a'), 4);
  expect(await unread()).toMatchObject({ [OWN]: 4 });
  await expect(readOffsets(OWN, [2])).resolves.toEqual({ read: 0, unread: 3 });
});

test('what is not the user’s can not be read', async () => {
  await publishMany(world, toUser('a'), 1);
  for (const timeline of ['user:b', 'group:g']) {
    await expect(read(timeline, 1)).rejects.toMatchObject({ code: 'not_found' });
  }
  await expect(world.cursors.unread('nobody')).resolves.toEqual({ total: 0, timelines: {} });
});

test('one’s own messages do not count as unread, for oneself only', async () => {
  for (const user of ['a', 'b']) await joinGroup(world, 'g', user);
  const from = 'a';
  for (const to of [toUser('a'), toUser('b'), toGroup('g'), toAll]) {
    await world.publisher.publish({ to, payload: 1, from });
  }
  expect(await unread()).toEqual({ [OWN]: 0, 'group:g': 0, all: 0 });
  expect((await world.cursors.unread('b')).timelines).toEqual({ 'user:b': 1, 'group:g': 1, all: 1 });
});

test('a sender who is unknown, or not in the group, is no error', async () => {
  await joinGroup(world, 'g', 'b');
  for (const to of [toAll, toGroup('g')]) await world.publisher.publish({ to, payload: 1, from: 'stranger' });
  await expect(world.cursors.unread('stranger')).resolves.toMatchObject({ total: 0 });
});

test('reading on and on without waiting for the answers ends at the last of it', async () => {
  await publishMany(world, toUser('a'), 50);
  const answers = await Promise.all(Array.from({ length: 50 }, (_, index) => read(OWN, index + 1)));
  expect(answers.at(-1)).toEqual({ read: 50, unread: 0 });
});

test('several processes that read at once move the cursor to the furthest of them', async () => {
  await publishMany(world, toUser('a'), 100);
  const others = Array.from({ length: 6 }, () => new ReadCursors(world.scripts, world.keys));
  await Promise.all(others.map((other, index) => other.readIn('a', { timeline: OWN, upTo: 10 * (index + 1) })));
  expect(await unread()).toMatchObject({ [OWN]: 40 });
});

test('many who read single offsets at once lose none of them', async () => {
  await publishMany(world, toUser('a'), 40);
  await Promise.all(Array.from({ length: 20 }, (_, index) => readOffsets(OWN, [2 * index + 2])));
  expect(await unread()).toMatchObject({ [OWN]: 20 });
});
