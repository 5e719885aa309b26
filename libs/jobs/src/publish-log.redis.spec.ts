// The publish log: what was accepted, newest first; gathered, capped, and nobody waits for it.
import type { PublishRequest } from '@fanfare/contracts';
import type { ScriptRunner } from '@fanfare/redis-scripts';
import { until } from '@fanfare/testing';
import { PublishLog } from './publish-log.js';
import { redisWorld } from './world.fixture.js';

const world = redisWorld();
const logOf = (length = 10_000, scripts: ScriptRunner = world.scripts): PublishLog =>
  new PublishLog(scripts, world.keys, length);
const request: PublishRequest = { to: { user: 'a' }, payload: 'secret', type: 'x' };

function note(log: PublishLog, first: number, last: number): void {
  for (let id = first; id <= last; id += 1) log.note(request, { id: String(id), state: 'published' });
}
async function walk(log: PublishLog, limit: number): Promise<number[]> {
  const ids: number[] = [];
  for (let cursor: string | null | undefined; cursor !== null;) {
    const page = await log.page({ limit, ...(cursor !== undefined && { cursor }) });
    expect(page.messages.length).toBeLessThanOrEqual(limit);
    ids.push(...page.messages.map(({ id }) => Number(id)));
    cursor = page.cursor;
  }
  return ids;
}
const descending = (from: number, to: number): number[] => Array.from({ length: from - to + 1 }, (_, i) => from - i);

test('what was accepted is there soon, in one entry, without what it says', async () => {
  const log = logOf();
  const answer = { id: 'm', state: 'published' as const, timeline: 'user:a', offset: 3, epoch: '1.a.b', online: true };
  log.note(request, answer);
  log.note({ to: { users: ['a', 'b'] }, payload: 1, priority: 'bulk' }, { id: 'l', state: 'queued', job: 'l' });
  log.note(request, { id: 'm', state: 'published', duplicate: true });
  await until(async () => (await log.page({})).messages.length > 0, { what: 'the log to be written' });
  const { messages, cursor } = await log.page({});
  expect(messages).toEqual([
    { id: 'l', at: expect.any(Number) as number, to: { users: 2 }, priority: 'bulk', state: 'queued', job: 'l' },
    {
      ...{ id: 'm', at: expect.any(Number) as number, to: { user: 'a' }, type: 'x', state: 'published' },
      ...{ timeline: 'user:a', offset: 3, epoch: '1.a.b' },
    },
  ]);
  expect([cursor, await world.admin.xlen(world.keys.jobs.log)]).toEqual([null, 1]);
});

test('pages go on where the last one ended, within an entry and over entries, while others are added', async () => {
  const log = logOf();
  for (let first = 1; first <= 91; first += 10) {
    note(log, first, first + 9);
    await log.flush();
  }
  for (const limit of [1, 3, 10, 1000]) expect(await walk(log, limit)).toEqual(descending(100, 1));
  const { cursor } = await log.page({ limit: 95 });
  note(log, 101, 120);
  await log.flush();
  expect((await log.page({ cursor: cursor ?? '' })).messages.map(({ id }) => Number(id))).toEqual(descending(5, 1));
});

test('`after` leaves out what was accepted then or before', async () => {
  const log = logOf();
  note(log, 1, 5);
  await log.flush();
  const [newest] = (await log.page({ limit: 1 })).messages;
  await until(() => Date.now() > (newest?.at ?? 0), { what: 'the next millisecond', everyMs: 1 });
  note(log, 6, 8);
  await log.flush();
  const page = await log.page({ after: newest?.at });
  expect([page.messages.map(({ id }) => Number(id)), page.cursor]).toEqual([[8, 7, 6], null]);
  expect((await log.page({ after: Date.now() + 60_000 })).messages).toEqual([]);
});

test('it keeps its number of messages, at least, and little more', async () => {
  const log = logOf(50);
  for (let first = 1; first <= 191; first += 10) {
    note(log, first, first + 9);
    await log.flush();
  }
  expect(await walk(log, 20)).toEqual(descending(200, 151));
  expect(await world.admin.get(world.keys.jobs.logCount)).toBe('50');
});

test('very many at once are few entries; nobody waits for them', async () => {
  const log = logOf();
  note(log, 1, 5000);
  await log.flush();
  expect(await walk(log, 1000)).toEqual(descending(5000, 1));
  expect(await world.admin.xlen(world.keys.jobs.log)).toBeLessThanOrEqual(10);
});

test('a steady stream is written ten times a second, not once for each answer of Redis', async () => {
  jest.useFakeTimers();
  try {
    const writes: ((reply: never) => void)[] = [];
    const log = logOf(10_000, { call: () => new Promise((resolve) => writes.push(resolve)) });
    note(log, 1, 1);
    await jest.advanceTimersByTimeAsync(100);
    expect(writes).toHaveLength(1);
    note(log, 2, 3); // while the first is on its way
    await jest.advanceTimersByTimeAsync(10);
    writes[0]?.({} as never);
    await jest.advanceTimersByTimeAsync(89);
    expect(writes).toHaveLength(1);
    await jest.advanceTimersByTimeAsync(11);
    expect(writes).toHaveLength(2);
  } finally {
    jest.useRealTimers();
  }
});

test('with a length of 0 there is none', async () => {
  const log = logOf(0);
  note(log, 1, 10);
  await log.flush();
  expect([await log.page({}), log.dropped]).toEqual([{ messages: [], cursor: null }, 0]);
});

test('while Redis is away a bounded number is gathered; what is lost is counted, and later ones are kept', async () => {
  let isDown = true;
  let fail: (error: Error) => void = () => undefined;
  const log = logOf(10_000, {
    call: (script, ...rest) =>
      isDown ? new Promise<never>((_, reject) => (fail = reject)) : world.scripts.call(script, ...rest),
  });
  note(log, 1, 12_000);
  const flushing = log.flush();
  expect(log.dropped).toBe(1000); // 1,000 are being written, 10,000 wait
  isDown = false;
  fail(new Error('down'));
  await flushing;
  expect(log.dropped).toBe(2000);
  expect((await walk(log, 1000)).length).toBe(10_000);
});

test.each(['', 'x', '1-0', '1-0:x', '-:1'])('a cursor that no page answered is refused: %j', async (cursor) => {
  await expect(logOf().page({ cursor })).rejects.toMatchObject({ code: 'invalid' });
});
