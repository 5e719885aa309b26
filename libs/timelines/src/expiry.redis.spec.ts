// Messages with an expiry of their own: never handed out late, never counted late, however many expire at once.
import { timelinePage, timelineRead, timelineUnread } from '@fanfare/redis-scripts';
import { until } from '@fanfare/testing';
import { append, redisWorld, retention, toUser } from './world.fixture.js';
import { Publisher } from './publisher.js';

const world = redisWorld();
const side = () => world.keys.user('a');
const BATCH = 64;

const read = (position = '') => {
  const { home, log, state } = side();
  return timelineRead(
    world.scripts,
    { part: home.part, log, state, links: home.links },
    { node: 'n1', position, floor: 0, limit: 100, maxBytes: 1e6 },
  );
};
const countUnread = (seen = '') => {
  const { home, log, state, gone, ttl } = side();
  const item = { log, state, gone, ttl, read: '', floor: '', target: 0, seen };
  return timelineUnread(world.scripts, { part: home.part }, [item]);
};
async function appendMany(count: number, expires: number): Promise<void> {
  for (let done = 0; done < count; done += BATCH) {
    const size = Math.min(BATCH, count - done);
    await append(
      world,
      side(),
      Array.from({ length: size }, () => ({ timeline: 'user:a', expires })),
    );
  }
}

test('a message is there until its time is over, then neither read nor counted', async () => {
  await world.publisher.publish({ to: toUser('a'), payload: 'stays' });
  await world.publisher.publish({ to: toUser('a'), payload: 'goes', ttlSeconds: 1 });
  await world.publisher.publish({ to: toUser('a'), payload: 'stays too' });
  expect(await world.cursors.unread('a')).toMatchObject({ total: 3 });
  const gone = async (): Promise<boolean> => (await world.cursors.unread('a')).total === 2;
  await until(gone, { what: 'the message to expire' });
  const { messages } = await world.inbox.page('a', {});
  expect(messages.map(({ offset, message }) => [offset, (message as { payload: unknown }).payload])).toEqual([
    [3, 'stays too'],
    [1, 'stays'],
  ]);
});

test('control: without an expiry all of them stay', async () => {
  for (const payload of [1, 2, 3]) await world.publisher.publish({ to: toUser('a'), payload });
  expect(await world.cursors.unread('a')).toMatchObject({ total: 3 });
});

test('what has expired is passed over in both directions of a page', async () => {
  const past = Date.now() - 1000;
  await append(
    world,
    side(),
    [0, past, 0, past, past].map((expires) => ({ timeline: 'user:a', expires })),
  );
  const { home, log, state } = side();
  const page = async (after: number) => {
    const args = { after, before: 0, until: 0, floor: 0, limit: 10, maxBytes: 1e6 };
    const reply = await timelinePage(world.scripts, { part: home.part, log, state }, args);
    return reply.status === 'OK' ? reply.entries.map(({ offset }) => offset) : [];
  };
  expect([await page(0), await page(-1)]).toEqual([
    [1, 3],
    [3, 1],
  ]);
  expect(await read()).toMatchObject({ reached: 5, reset: '', entries: [{ offset: 1 }, { offset: 3 }] });
});

test('expired, read individually and trimmed are each subtracted once', async () => {
  const past = Date.now() - 1000;
  const expiries = [0, past, 0, past, 0, 0, past, 0];
  await append(
    world,
    side(),
    expiries.map((expires) => ({ timeline: 'user:a', expires })),
    { cap: 6 },
  );
  // kept: 3 4 5 6 7 8, of which 4 and 7 have expired
  expect(await countUnread()).toMatchObject({ timelines: [{ first: 3, unread: 4 }] });
  expect(await countUnread('1,2,3,4,8,9')).toMatchObject({ timelines: [{ unread: 2 }] });
});

test('very many that expired at once are swept in steps, and the count is exact', async () => {
  await appendMany(1203, Date.now() - 1000);
  await appendMany(3, 0);
  expect([(await countUnread()).status, (await countUnread()).status]).toEqual(['SWEEP', 'SWEEP']);
  expect(await countUnread()).toMatchObject({ status: 'OK', timelines: [{ head: 1206, unread: 3 }] });
  expect(await world.admin.zcard(side().gone)).toBe(1203);
  expect(await world.admin.exists(side().ttl)).toBe(0);
});

test('whoever asks for the unread count does not notice the steps', async () => {
  await appendMany(1203, Date.now() - 1000);
  await appendMany(3, 0);
  expect(await world.cursors.unread('a')).toMatchObject({ total: 3 });
  expect(world.called.filter((script) => script === 'timeline/unread').length).toBeGreaterThan(1);
});

test('a page of what has all expired still comes to an end', async () => {
  await appendMany(640, Date.now() - 1000);
  await appendMany(1, 0);
  await expect(world.inbox.page('a', { limit: 10 })).resolves.toMatchObject({
    messages: [{ offset: 641 }],
    cursor: null,
  });
});

test('offsets that went by trimming are dropped from those that do not count when others are added to them', async () => {
  world.publisher = new Publisher(world.scripts, world.keys, { ...retention, userMessages: 4 });
  await append(
    world,
    side(),
    [1, 2, 3].map(() => ({ timeline: 'user:a', expires: Date.now() - 1000 })),
    { cap: 4 },
  );
  await countUnread();
  for (let payload = 0; payload < 5; payload += 1) await world.publisher.publish({ to: toUser('a'), payload });
  expect(await countUnread()).toMatchObject({ timelines: [{ first: 5, unread: 4 }] });
  await append(world, side(), [{ timeline: 'user:a', expires: Date.now() - 1000 }], { cap: 4 });
  expect(await countUnread()).toMatchObject({ timelines: [{ first: 6, unread: 3 }] });
  expect(await world.admin.zrange(side().gone, '0', '-1')).toEqual(['9']);
});
