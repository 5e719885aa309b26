// user/inbox: a page of the own timeline and what of it was read, in one call.
import { userInbox, type UserInboxArgs } from '@fanfare/redis-scripts';
import { append, joinGroup, publishMany, redisWorld, toGroup, toUser } from './world.fixture.js';

const world = redisWorld();
const side = () => world.keys.user('a');

const page = (args: Partial<UserInboxArgs>) => {
  const { home, log, state } = side();
  const seen = world.keys.userSeen(side(), 'user:a');
  const whole = { after: -1, before: 0, unread: 0, limit: 100, maxBytes: 1e6, ...args };
  return userInbox(world.scripts, { part: home.part, log, state, seen }, whole);
};
async function found(args: Partial<UserInboxArgs> = {}) {
  const reply = await page(args);
  if (reply.status !== 'OK') throw new Error(`the page answered ${reply.status}`);
  return { ...reply, offsets: reply.entries.map(({ offset }) => offset) };
}
const appendMany = (count: number, more: { expires?: number } = {}) =>
  append(
    world,
    side(),
    Array.from({ length: count }, () => ({ timeline: 'user:a', ...more })),
  );

test('a user who was never written to is unknown', async () => {
  expect(await page({})).toEqual({ status: 'UNKNOWN' });
});

test('newest first, below an offset, or oldest first beyond one; with where it goes on', async () => {
  await appendMany(6);
  expect(await found({ limit: 4 })).toMatchObject({ offsets: [6, 5, 4, 3], more: 1, reached: 3, read: 0, seen: '' });
  expect(await found({ before: 3 })).toMatchObject({ offsets: [2, 1], more: 0 });
  expect(await found({ after: 2, limit: 2 })).toMatchObject({ offsets: [3, 4], more: 1, reached: 4 });
});

test('what has expired is passed over, however few are still wanted', async () => {
  await appendMany(3);
  await appendMany(40, { expires: 1 });
  await appendMany(2);
  expect(await found({ limit: 4 })).toMatchObject({ offsets: [45, 44, 3, 2], more: 1, reached: 2 });
  expect(await found({ after: 1, limit: 3 })).toMatchObject({ offsets: [2, 3, 44], more: 1, reached: 44 });
});

test('says what was read; of the unread, none at or below the read cursor', async () => {
  await appendMany(8);
  await world.cursors.read('a', { timeline: 'user:a', upTo: 3 });
  await world.cursors.read('a', { timeline: 'user:a', offsets: [6, 7] });
  expect(await found()).toMatchObject({ offsets: [8, 7, 6, 5, 4, 3, 2, 1], read: 3, seen: '6,7' });
  expect(await found({ unread: 1 })).toMatchObject({ offsets: [8, 7, 6, 5, 4], more: 0, read: 3, seen: '6,7' });
});

test('at most so many bytes', async () => {
  await appendMany(6);
  const [{ entry } = { entry: Buffer.alloc(0) }] = (await found({ limit: 1 })).entries;
  expect(await found({ maxBytes: 2 * entry.length })).toMatchObject({ offsets: [6, 5], more: 1, reached: 5 });
});

test('where Redis has another history the partition is taken first, and what was read is lowered to the fork', async () => {
  await appendMany(5);
  await world.cursors.read('a', { timeline: 'user:a', upTo: 4 });
  const { epoch } = await found();
  const { part } = side().home;
  const { state } = side();
  await world.admin.hset(part, 'owner', '0'.repeat(40));
  // The tail was lost: what was read up to was another message.
  await world.admin.hset(state, 'head', 2);
  await world.admin.ltrim(side().log, 0, 1);
  const after = await found();
  expect(after).toMatchObject({ offsets: [2, 1], read: 2 });
  expect(after.epoch).not.toBe(epoch);
  expect(await world.admin.hget(part, 'owner')).not.toBe('0'.repeat(40));
});

const OF_PAGES = ['user/inbox', 'user/cursors', 'timeline/unread', 'timeline/page'];

test('the own timeline costs one call, by whatever name it is asked for; others need what is known of them', async () => {
  await joinGroup(world, 'g', 'a');
  await publishMany(world, toUser('a'), 3);
  await publishMany(world, toGroup('g'), 3);
  const calls = async (timeline?: string) => {
    world.called.length = 0;
    const { messages } = await world.inbox.page('a', timeline === undefined ? {} : { timeline });
    return [messages.length, world.called.filter((script) => OF_PAGES.includes(script))];
  };
  expect(await calls()).toEqual([3, ['user/inbox']]);
  expect(await calls('user:a')).toEqual([3, ['user/inbox']]);
  expect(await calls('group:g')).toEqual([3, ['user/cursors', 'timeline/unread', 'timeline/page']]);
});
