// Pages of what a user may read. A page may be short, but the pages together hold everything once.
import type { InboxMessage, InboxQuery } from '@fanfare/contracts';
import fc from 'fast-check';
import { joinGroup, publishMany, redisWorld, toAll, toGroup, toUser } from './world.fixture.js';

const world = redisWorld();

const placeOf = ({ timeline, offset }: InboxMessage): string => `${timeline} ${offset}`;
const atOf = ({ message }: InboxMessage): number => (message as { at: number }).at;

/** Every page of the query, one after the other. */
async function walk(user: string, query: InboxQuery): Promise<InboxMessage[]> {
  const all: InboxMessage[] = [];
  let cursor: string | null | undefined;
  for (let pages = 0; pages < 500; pages += 1) {
    const page = await world.inbox.page(user, { ...query, ...(cursor ? { cursor } : {}) });
    expect(page.messages.length).toBeLessThanOrEqual(query.limit ?? 50);
    all.push(...page.messages);
    cursor = page.cursor;
    if (cursor === null) return all;
  }
  throw new Error('pages without an end');
}

/** A user in three groups, with messages in every timeline, many of them of the same millisecond. */
async function busyUser(): Promise<string[]> {
  for (const group of ['g1', 'g2', 'g3']) await joinGroup(world, group, 'a');
  const targets = [toUser('a'), toGroup('g1'), toAll, toGroup('g2'), toUser('a'), toAll];
  const answers = await Promise.all(targets.map((to) => publishMany(world, to, 15)));
  answers.push(await publishMany(world, toGroup('g1'), 40));
  return answers.flat().map(({ timeline, offset }) => `${timeline} ${offset}`);
}

test('the own timeline is what is asked for by default, newest first, 50 a page', async () => {
  await publishMany(world, toUser('a'), 60);
  const page = await world.inbox.page('a', {});
  expect(page.messages.map(({ offset }) => offset)).toEqual(Array.from({ length: 50 }, (_, index) => 60 - index));
  expect(page.messages[0]).toMatchObject({ timeline: 'user:a', offset: 60, read: false, message: { payload: 60 } });
  expect(await walk('a', {})).toHaveLength(60);
});

test('merged pages of any size hold every message once, newest first', async () => {
  const published = await busyUser();
  await fc.assert(
    fc.asyncProperty(fc.integer({ min: 1, max: 60 }), async (limit) => {
      const all = await walk('a', { timeline: '*', limit });
      expect(all.map(placeOf).sort()).toEqual([...published].sort());
      const times = await Promise.all(all.map((one) => storedAtOf(one)));
      expect(times).toEqual([...times].sort((one, other) => other - one));
    }),
    { numRuns: 12 },
  );
});

/** The time by which messages of several timelines are put in order: that of storing. */
async function storedAtOf({ timeline, offset }: InboxMessage): Promise<number> {
  const keys =
    timeline === 'all'
      ? world.keys.all
      : timeline.startsWith('user:')
        ? world.keys.user('a')
        : world.keys.group(timeline.slice(6));
  const entry = await world.admin.lindexBuffer(keys.log, offset - 1);
  return entry?.readUIntBE(0, 6) ?? 0;
}

test('in a merged page each timeline keeps its own order', async () => {
  await busyUser();
  const all = await walk('a', { timeline: '*', limit: 7 });
  for (const name of new Set(all.map(({ timeline }) => timeline))) {
    const offsets = all.filter(({ timeline }) => timeline === name).map(({ offset }) => offset);
    expect(offsets).toEqual([...offsets].sort((one, other) => other - one));
  }
});

test('messages that come while one pages change nothing of what follows', async () => {
  const published = await busyUser();
  const first = await world.inbox.page('a', { timeline: '*', limit: 20 });
  await publishMany(world, toUser('a'), 30);
  const all = [...first.messages];
  for (let { cursor } = first; cursor;) {
    const page = await world.inbox.page('a', { timeline: '*', limit: 20, cursor });
    all.push(...page.messages);
    cursor = page.cursor;
  }
  expect(all.map(placeOf).sort()).toEqual([...published].sort());
});

test('only what is unread: what was read, one by one or up to an offset, is left out of every kind of page', async () => {
  await joinGroup(world, 'g1', 'a');
  await publishMany(world, toUser('a'), 12);
  await publishMany(world, toGroup('g1'), 6);
  await world.cursors.read('a', { timeline: 'user:a', upTo: 4 });
  await world.cursors.read('a', { timeline: 'user:a', offsets: [6, 7, 8, 9, 12] });
  await world.cursors.read('a', { timeline: 'group:g1', offsets: [2, 3, 4, 5, 6] });
  const own = (await walk('a', { unread: true, limit: 2 })).map(({ offset }) => offset);
  expect(own).toEqual([11, 10, 5]);
  expect((await walk('a', { unread: true, limit: 2, after: 0 })).map(({ offset }) => offset)).toEqual([5, 10, 11]);
  const merged = await walk('a', { timeline: '*', unread: true, limit: 2 });
  expect(merged.map(placeOf).sort()).toEqual(['group:g1 1', 'user:a 10', 'user:a 11', 'user:a 5']);
});

test('a message says whether it was read', async () => {
  await publishMany(world, toUser('a'), 4);
  await world.cursors.read('a', { timeline: 'user:a', upTo: 1 });
  await world.cursors.read('a', { timeline: 'user:a', offsets: [3] });
  const { messages } = await world.inbox.page('a', { after: 0 });
  expect(messages.map(({ read }) => read)).toEqual([true, false, true, false]);
});

test('with both bounds a page goes up from the one to the other', async () => {
  await publishMany(world, toUser('a'), 20);
  const all = await walk('a', { after: 5, before: 15, limit: 4 });
  expect(all.map(({ offset }) => offset)).toEqual([6, 7, 8, 9, 10, 11, 12, 13, 14]);
});

test('pages stay small where messages are large', async () => {
  const payload = 'x'.repeat(60_000);
  await Promise.all(Array.from({ length: 40 }, () => world.publisher.publish({ to: toUser('a'), payload })));
  const page = await world.inbox.page('a', { limit: 100 });
  expect(page.messages.length).toBeLessThan(20);
  expect(page.cursor).not.toBeNull();
  expect(await walk('a', { limit: 100 })).toHaveLength(40);
  expect(await walk('a', { limit: 100, timeline: '*' })).toHaveLength(40);
});

test('a timeline that is not the user’s is not found, whether it exists or not', async () => {
  await joinGroup(world, 'g1', 'b');
  await publishMany(world, toUser('a'), 1);
  for (const timeline of ['group:g1', 'group:none', 'user:b']) {
    await expect(world.inbox.page('a', { timeline })).rejects.toMatchObject({ code: 'not_found' });
  }
});

test('an unknown user has an empty inbox', async () => {
  for (const timeline of [undefined, '*']) {
    const query = timeline === undefined ? {} : { timeline };
    await expect(world.inbox.page('nobody', query)).resolves.toEqual({ messages: [], cursor: null });
  }
});

test('a cursor that no page answered is refused', async () => {
  await publishMany(world, toUser('a'), 1);
  const foreign = ['', 'x', '{}', '{"before":-1}', '{"after":1.5}', '{"until":1}', 'null', '[]', '{"after":1,"x":1}'];
  for (const text of foreign) {
    const cursor = Buffer.from(text).toString('base64url');
    await expect(world.inbox.page('a', { cursor })).rejects.toMatchObject({ code: 'invalid' });
  }
});

test('what is told of a message is what was published', async () => {
  const request = { to: toUser('a'), payload: { text: 'ü' }, type: 'chat', priority: 'high' as const, from: 'b' };
  const { id } = await world.publisher.publish(request);
  const { messages } = await world.inbox.page('a', {});
  expect(messages).toMatchObject([
    { message: { id, type: 'chat', priority: 'high', from: 'b', payload: { text: 'ü' } } },
  ]);
  expect(Math.abs(atOf(messages[0] as InboxMessage) - Date.now())).toBeLessThan(60_000);
});
