// Taking back what was published: nothing of it is handed out any more, and its offset stays used.
import { timelineRetract } from '@fanfare/redis-scripts';
import { v7 as uuidv7 } from 'uuid';
import { Retractions } from './retractions.js';
import {
  append,
  joinGroup,
  knowUser,
  publishMany,
  putGroup,
  redisWorld,
  toAll,
  toGroup,
  toUser,
} from './world.fixture.js';

const world = redisWorld();
const retract = (id: string, timeline: string): Promise<void> =>
  new Retractions(world.scripts, world.keys).retract(id, timeline);
const offsetsOf = async (user: string, timeline = `user:${user}`): Promise<number[]> =>
  (await world.inbox.page(user, { timeline, after: 0 })).messages.map(({ offset }) => offset);
const unreadOf = async (user: string, timeline: string): Promise<number | undefined> =>
  (await world.cursors.unread(user)).timelines[timeline];

test('the message is there no more, counts no more, and the next one gets the next offset', async () => {
  const [, second] = await publishMany(world, toUser('a'), 3);
  await retract(second?.id ?? '', 'user:a');
  expect([await offsetsOf('a'), await unreadOf('a', 'user:a')]).toEqual([[1, 3], 2]);
  expect(await world.publisher.publish({ to: toUser('a'), payload: 4 })).toMatchObject({ offset: 4 });
});

test('nothing of what it said is kept', async () => {
  const { id } = await world.publisher.publish({ to: toUser('a'), payload: 'secret', from: 'boss', type: 'x.y' });
  await retract(id, 'user:a');
  const kept = String(await world.admin.lindex(world.keys.user('a').log, 0));
  expect(kept).not.toMatch(/secret|boss|x\.y/);
  expect(kept).toContain(id);
});

test('twice is the same as once, also when it has been read, and from every kind of timeline', async () => {
  await knowUser(world, 'a');
  await putGroup(world, 'g');
  await joinGroup(world, 'g', 'a');
  for (const to of [toUser('a'), toGroup('g'), toAll]) {
    const [first, second] = await publishMany(world, to, 3);
    const timeline = first?.timeline ?? '';
    await world.cursors.read('a', { timeline, upTo: 1 });
    for (const id of [first?.id, second?.id, second?.id]) await retract(id ?? '', timeline);
    expect([timeline, await offsetsOf('a', timeline), await unreadOf('a', timeline)]).toEqual([timeline, [3], 1]);
    await world.cursors.read('a', { timeline, upTo: 3 });
    expect(await unreadOf('a', timeline)).toBe(0);
  }
});

test('read individually before, or of an expiry to come, it is subtracted once', async () => {
  const [, second] = await publishMany(world, toUser('a'), 3);
  await world.cursors.read('a', { timeline: 'user:a', offsets: [2] });
  await retract(second?.id ?? '', 'user:a');
  expect(await unreadOf('a', 'user:a')).toBe(2);
  const { id } = await world.publisher.publish({ to: toUser('a'), payload: 4, ttlSeconds: 60 });
  await retract(id, 'user:a');
  expect(await unreadOf('a', 'user:a')).toBe(2);
  expect(await world.admin.zcard(world.keys.user('a').ttl)).toBe(0);
});

test('only the very id is meant: another one, of another timeline or of nobody, is not found', async () => {
  const [first] = await publishMany(world, toUser('a'), 2);
  await publishMany(world, toUser('b'), 1);
  const id = first?.id ?? '';
  const other = `${id.slice(0, -1)}${id.endsWith('0') ? '1' : '0'}`;
  await expect(retract(other, 'user:a')).rejects.toMatchObject({ code: 'not_found' });
  await expect(retract(id, 'user:b')).rejects.toMatchObject({ code: 'not_found' });
  await expect(retract(id, 'user:nobody')).rejects.toMatchObject({ code: 'not_found' });
  await expect(retract(id, 'group:nothing')).rejects.toMatchObject({ code: 'group_unknown' });
  await expect(retract(id, 'all')).rejects.toMatchObject({ code: 'not_found' });
  expect([await offsetsOf('a'), await offsetsOf('b')]).toEqual([[1, 2], [1]]);
});

test('an id is found however it is written, and one that had waited long before it was stored too', async () => {
  const waited = uuidv7({ msecs: Date.now() - 3 * 24 * 3600 * 1000 });
  await publishMany(world, toUser('a'), 700);
  await append(world, world.keys.user('a'), [{ timeline: 'user:a', id: waited }]);
  await publishMany(world, toUser('a'), 5);
  await retract(waited.toUpperCase(), 'user:a');
  expect(await unreadOf('a', 'user:a')).toBe(705);
  // In steps of a bounded number of entries.
  expect(world.called.filter((script) => script === 'timeline/retract')).toHaveLength(2);
});

test('large entries are looked at in steps of a bounded number of bytes', async () => {
  const body = JSON.stringify('x'.repeat(30_000));
  const ids = Array.from({ length: 20 }, () => uuidv7());
  for (const id of ids) await append(world, world.keys.user('a'), [{ timeline: 'user:a', id, body }]);
  const { home, log, state, gone, ttl, audience } = world.keys.user('a');
  const reply = await timelineRetract(
    world.scripts,
    { part: home.part, links: home.links, log, state, gone, ttl, audience },
    { timeline: 'user:a', id: ids.at(-1) ?? '', since: 0, from: 0, limit: 1000, maxBytes: 256 * 1024 },
  );
  expect(reply).toEqual({ status: 'MORE', next: 17 });
  await retract(ids.at(-1) ?? '', 'user:a');
  expect(await unreadOf('a', 'user:a')).toBe(19);
});

test('the time of the id spares what is older: of 700 messages of before only few are looked at', async () => {
  await publishMany(world, toUser('a'), 700);
  const later = uuidv7({ msecs: Date.now() + 3_600_000 });
  await expect(retract(later, 'user:a')).rejects.toMatchObject({ code: 'not_found' });
  expect(world.called.filter((script) => script === 'timeline/retract')).toHaveLength(1);
});

test('a message that is marked as sent again finds its tombstone: it does not come back', async () => {
  const id = uuidv7();
  await append(world, world.keys.user('a'), [{ timeline: 'user:a', id }]);
  await retract(id, 'user:a');
  const [again] = await append(world, world.keys.user('a'), [{ timeline: 'user:a', id }], { retry: true });
  expect([again?.outcome, again?.offset, await offsetsOf('a')]).toEqual(['DUPLICATE', 1, []]);
});
