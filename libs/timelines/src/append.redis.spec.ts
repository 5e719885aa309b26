// The script itself: what a repeated call of ours does, and what one call for many timelines answers.
import { v7 as uuidv7 } from 'uuid';
import { messageBytes, priorityOf, storedAt } from './entry.js';
import { append, redisWorld, retention } from './world.fixture.js';

const world = redisWorld();
const side = () => world.keys.user('a');
const stored = (): Promise<number> => world.admin.llen(side().log);
const messages = (count: number) => Array.from({ length: count }, () => ({ timeline: 'user:a', id: uuidv7() }));

test('a retry of an append that was executed finds its message and adds nothing', async () => {
  const [message] = messages(1);
  if (!message) throw new Error('one message');
  const [first] = await append(world, side(), [message]);
  await append(world, side(), messages(5));
  const [again] = await append(world, side(), [message], { retry: true });
  expect(again).toEqual({ outcome: 'DUPLICATE', id: message.id, offset: 1, epoch: first?.epoch, reached: 0 });
  expect(await stored()).toBe(6);
});

test('control: a repetition that is not marked as one doubles the message', async () => {
  const batch = messages(1);
  await append(world, side(), batch);
  const [again] = await append(world, side(), batch);
  expect(again).toMatchObject({ outcome: 'OK', offset: 2 });
  expect(await stored()).toBe(2);
});

test('a retry of an append that was not executed stores the message', async () => {
  await append(world, side(), messages(3));
  const [answer] = await append(world, side(), messages(1), { retry: true });
  expect(answer).toMatchObject({ outcome: 'OK', offset: 4 });
});

test('a retry of as many messages as one call takes finds all of them', async () => {
  const batch = messages(64);
  const first = await append(world, side(), batch);
  const again = await append(world, side(), batch, { retry: true });
  expect(again.map(({ outcome, offset }) => [outcome, offset])).toEqual(
    first.map(({ offset }) => ['DUPLICATE', offset]),
  );
  expect(await stored()).toBe(64);
});

test('a retry looks at the newest 64 messages and no further', async () => {
  const [early] = messages(1);
  if (!early) throw new Error('one message');
  await append(world, side(), [early, ...messages(63)]);
  expect(await append(world, side(), [early], { retry: true })).toMatchObject([{ outcome: 'DUPLICATE', offset: 1 }]);
  await append(world, side(), messages(1));
  expect(await append(world, side(), [early], { retry: true })).toMatchObject([{ outcome: 'OK', offset: 66 }]);
});

test('a retry finds messages at their own offsets also where older ones were trimmed', async () => {
  const batch = messages(12);
  await append(world, side(), batch, { cap: 10 });
  const again = await append(world, side(), batch.slice(2), { retry: true, cap: 10 });
  expect(again.map(({ offset }) => offset)).toEqual([3, 4, 5, 6, 7, 8, 9, 10, 11, 12]);
});

test('entries are stamped by the clock of Redis and carry their priority, with an expiry or without', async () => {
  const expires = Date.now() + 60_000;
  await append(world, side(), [{ timeline: 'user:a', expires }, { timeline: 'user:a' }]);
  const entries = await world.admin.lrangeBuffer(side().log, 0, -1);
  const [seconds] = await world.admin.time();
  for (const entry of entries) {
    expect(Math.abs(storedAt(entry) - Number(seconds) * 1000)).toBeLessThan(60_000);
    expect(priorityOf(entry)).toBe(2);
    expect(JSON.parse(messageBytes(entry).toString())).toMatchObject({ payload: 1 });
  }
  expect(await world.admin.zrange(side().ttl, '0', '-1', 'WITHSCORES')).toEqual(['1', String(expires)]);
});

test('the log lives somewhat longer than the retention, and the state of a user twice as long', async () => {
  await append(world, side(), messages(1));
  const [log, state] = [await world.admin.pttl(side().log), await world.admin.pttl(side().state)];
  expect(log).toBeGreaterThan(retention.ageMs);
  expect(state).toBeGreaterThan(retention.ageMs * 1.9);
});

test('one call answers each of its messages by itself: an unknown group fails alone', async () => {
  const group = world.keys.group('g');
  const answers = await append(world, group, [{ timeline: 'group:g' }]);
  expect(answers).toEqual([{ outcome: 'UNKNOWN', id: '', offset: 0, epoch: '', reached: 0 }]);
  expect(await world.admin.exists(group.log, group.state)).toBe(0);
});
