// timeline/page: pages of the inbox, newest first before an offset or a time, or oldest first after an offset.
import { timelinePage, type TimelinePageArgs } from '@fanfare/redis-scripts';
import fc from 'fast-check';
import { append, nextMillisecond, redisWorld } from './world.fixture.js';

const world = redisWorld();
const side = () => world.keys.user('a');
const KEPT = 20;

const page = (args: Partial<TimelinePageArgs>) => {
  const { home, log, state } = side();
  const whole = { after: -1, before: 0, until: 0, floor: 0, limit: 100, maxBytes: 1e6, ...args };
  return timelinePage(world.scripts, { part: home.part, log, state }, whole);
};
async function found(args: Partial<TimelinePageArgs>) {
  const reply = await page(args);
  if (reply.status !== 'OK') throw new Error(`the page answered ${reply.status}`);
  return { ...reply, offsets: reply.entries.map(({ offset }) => offset) };
}
const range = (from: number, to: number): number[] =>
  Array.from({ length: Math.abs(to - from) + 1 }, (_, index) => (from < to ? from + index : from - index));
const appendMany = (count: number, cap = KEPT) =>
  append(world, side(), new Array<{ timeline: string }>(count).fill({ timeline: 'user:a' }), { cap });

test('what was never written to is unknown', async () => {
  expect(await page({})).toEqual({ status: 'UNKNOWN' });
});

test('without a bound the newest come first', async () => {
  await appendMany(5);
  expect(await found({ limit: 3 })).toMatchObject({ head: 5, offsets: [5, 4, 3], more: 1, reached: 3 });
  expect(await found({})).toMatchObject({ offsets: [5, 4, 3, 2, 1], more: 0 });
});

test('before an offset, newest first; after one, oldest first', async () => {
  await appendMany(8);
  expect(await found({ before: 5, limit: 2 })).toMatchObject({ offsets: [4, 3], more: 1, reached: 3 });
  expect(await found({ before: 99, limit: 1 })).toMatchObject({ offsets: [8] });
  expect(await found({ after: 5, limit: 2 })).toMatchObject({ offsets: [6, 7], more: 1, reached: 7 });
  expect(await found({ after: 6 })).toMatchObject({ offsets: [7, 8], more: 0 });
  expect(await found({ after: 99 })).toMatchObject({ offsets: [], more: 0 });
});

test('until a time, newest first', async () => {
  await appendMany(3);
  const [entry] = await world.admin.lrangeBuffer(side().log, -1, -1);
  const until = entry?.readUIntBE(0, 6) ?? 0;
  await nextMillisecond(world);
  await appendMany(4);
  expect(await found({ until })).toMatchObject({ offsets: [3, 2, 1], more: 0 });
  expect(await found({ until, before: 3 })).toMatchObject({ offsets: [2, 1] });
  expect(await found({ until: until - 1 })).toMatchObject({ offsets: [], more: 0 });
});

test('nothing at or below the floor, and nothing that was trimmed, is handed out or said to follow', async () => {
  await appendMany(30);
  expect(await found({})).toMatchObject({ offsets: range(30, 11), more: 0 });
  expect(await found({ floor: 25 })).toMatchObject({ offsets: range(30, 26), more: 0 });
  expect(await found({ floor: 25, after: 0, limit: 2 })).toMatchObject({ offsets: [26, 27], more: 1 });
  expect(await found({ floor: 30 })).toMatchObject({ offsets: [], more: 0 });
});

test('an empty page of a timeline whose messages are all gone', async () => {
  await appendMany(3);
  await world.admin.del(side().log);
  expect(await found({})).toMatchObject({ head: 3, offsets: [], more: 0 });
  expect(await found({ after: 0 })).toMatchObject({ head: 3, offsets: [], more: 0 });
});

const size = fc.record({
  limit: fc.integer({ min: 1, max: 30 }),
  maxBytes: fc.integer({ min: 1, max: 2000 }),
  floor: fc.integer({ min: 0, max: 40 }),
});

test('walking down or up with pages of any size passes everything once', async () => {
  await appendMany(40);
  await fc.assert(
    fc.asyncProperty(size, async ({ limit, maxBytes, floor }) => {
      const first = Math.max(floor, 40 - KEPT) + 1;
      const expected = first > 40 ? [] : range(first, 40);
      expect(await walk({ limit, maxBytes, floor }, (reached) => ({ before: reached }))).toEqual(
        [...expected].reverse(),
      );
      expect(await walk({ limit, maxBytes, floor, after: 0 }, (reached) => ({ after: reached }))).toEqual(expected);
    }),
    { numRuns: 30 },
  );
});

async function walk(
  args: Partial<TimelinePageArgs>,
  next: (reached: number) => Partial<TimelinePageArgs>,
): Promise<number[]> {
  const all: number[] = [];
  let window: Partial<TimelinePageArgs> = {};
  for (let pages = 0; pages < 100; pages += 1) {
    const { offsets, more, reached } = await found({ ...args, ...window });
    all.push(...offsets);
    if (more === 0) return all;
    window = next(reached);
  }
  throw new Error('pages without an end');
}
