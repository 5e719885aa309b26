// timeline/read: the next page after a position, and what is said where something between is missing.
import { timelineRead } from '@fanfare/redis-scripts';
import fc from 'fast-check';
import { append, redisWorld } from './world.fixture.js';

const world = redisWorld();
const side = () => world.keys.user('a');

interface Request {
  position?: string;
  floor?: number;
  limit?: number;
  maxBytes?: number;
}

const read = ({ position = '', floor = 0, limit = 1000, maxBytes = 1e6 }: Request) => {
  const { home, log, state } = side();
  const keys = { part: home.part, log, state, links: home.links };
  return timelineRead(world.scripts, keys, { node: 'n1', position, floor, limit, maxBytes });
};
async function offsetsOf(request: Request): Promise<number[]> {
  const reply = await read(request);
  return reply.status === 'OK' ? reply.entries.map(({ offset }) => offset) : [];
}

/** Appends, and answers the epoch. */
async function appendMany(count: number, options: { cap?: number; bytes?: number } = {}): Promise<string> {
  const body = JSON.stringify('x'.repeat(options.bytes ?? 1));
  const messages = Array.from({ length: count }, () => ({ timeline: 'user:a', body }));
  const answers = await append(world, side(), messages, options);
  return answers[0]?.epoch ?? '';
}

test('what was never written to is unknown', async () => {
  expect(await read({})).toEqual({ status: 'UNKNOWN' });
});

test('a page begins after the position and ends at its limit', async () => {
  const epoch = await appendMany(10);
  const reply = await read({ position: `4 ${epoch}`, limit: 3 });
  expect(reply).toMatchObject({ status: 'OK', head: 10, epoch, from: 4, reset: '', reached: 7 });
  expect(await offsetsOf({ position: `4 ${epoch}`, limit: 3 })).toEqual([5, 6, 7]);
});

test('at the head there is nothing more', async () => {
  const epoch = await appendMany(3);
  expect(await read({ position: `3 ${epoch}` })).toMatchObject({ from: 3, reset: '', reached: 3, entries: [] });
});

test('a page ends with the entry that goes over its bytes, and always has one', async () => {
  const epoch = await appendMany(6, { bytes: 1000 });
  expect(await offsetsOf({ position: `0 ${epoch}`, maxBytes: 2500 })).toEqual([1, 2, 3]);
  expect(await offsetsOf({ position: `0 ${epoch}`, maxBytes: 1 })).toEqual([1]);
});

test('pages of any size, read one after the other, hand out everything once and in order', async () => {
  const epoch = await appendMany(60, { bytes: 50 });
  const pageSize = fc.record({ limit: fc.integer({ min: 1, max: 40 }), maxBytes: fc.integer({ min: 1, max: 4000 }) });
  await fc.assert(
    fc.asyncProperty(pageSize, async (size) => {
      const found: number[] = [];
      for (let from = 0; from < 60;) {
        const reply = await read({ position: `${from} ${epoch}`, ...size });
        if (reply.status !== 'OK' || reply.reached <= from) throw new Error('a page that leads nowhere');
        found.push(...reply.entries.map(({ offset }) => offset));
        from = reply.reached;
      }
      expect(found).toEqual(Array.from({ length: 60 }, (_, index) => index + 1));
    }),
    { numRuns: 30 },
  );
});

test('nothing at or below the floor is handed out', async () => {
  const epoch = await appendMany(10);
  expect(await read({ position: `2 ${epoch}`, floor: 6 })).toMatchObject({ from: 6, reset: '' });
  expect(await offsetsOf({ position: `2 ${epoch}`, floor: 6 })).toEqual([7, 8, 9, 10]);
});

test('a position before the oldest message kept is told what was trimmed', async () => {
  const epoch = await appendMany(10, { cap: 4 });
  expect(await read({ position: `2 ${epoch}` })).toMatchObject({ from: 6, reset: 'trimmed' });
  expect(await offsetsOf({ position: `2 ${epoch}` })).toEqual([7, 8, 9, 10]);
});

test('a position at the edge of what was trimmed has missed nothing', async () => {
  const epoch = await appendMany(10, { cap: 4 });
  expect(await read({ position: `6 ${epoch}` })).toMatchObject({ from: 6, reset: '' });
});

test('a position beyond the head is lowered to it, and told so', async () => {
  const epoch = await appendMany(3);
  expect(await read({ position: `9 ${epoch}` })).toMatchObject({ from: 3, reset: 'rolled_back', reached: 3 });
});

test.each(['1.abcdef01.19a9f3b2c10', '99.ffffffff.0'])(
  'a position of the unknown epoch %s begins anew',
  async (epoch) => {
    await appendMany(3);
    expect(await read({ position: `2 ${epoch}` })).toMatchObject({ from: 0, reset: 'rolled_back' });
  },
);

test('the same numbering of a timeline that was made at another time is another epoch', async () => {
  const epoch = await appendMany(3);
  const other = epoch.replace(/[^.]+$/, (created) => (Number.parseInt(created, 16) + 1).toString(16));
  expect(await read({ position: `2 ${other}` })).toMatchObject({ from: 0, reset: 'rolled_back' });
});

test('without a position the newest 100 are read, and it is told where there are more', async () => {
  await appendMany(100);
  expect(await read({})).toMatchObject({ from: 0, reset: '' });
  await appendMany(1);
  expect(await read({})).toMatchObject({ from: 1, reset: 'too_many' });
});

test('a position that is known is never cut to 100', async () => {
  const epoch = await appendMany(300);
  expect(await offsetsOf({ position: `1 ${epoch}` })).toHaveLength(299);
});

test('how far the link of the node that reads has come is answered, and under which fence', async () => {
  await appendMany(1);
  const { home } = side();
  expect(await read({})).toMatchObject({ sequence: 0 });
  await world.admin.hset(home.links, 'n1', 7);
  const fence = await world.admin.hget(home.part, 'epoch');
  expect(await read({})).toMatchObject({ sequence: 7, fence });
});
