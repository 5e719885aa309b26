// The same idempotency key gives one message, whoever asks, however often and however many at once.
import { type DirectAudience, type DirectRequest, Problem } from '@fanfare/contracts';
import { nodeJoin, nodeRenew } from '@fanfare/redis-scripts';
import { until } from '@fanfare/testing';
import { Publisher } from './publisher.js';
import { putGroup, redisWorld, retention, toAll, toGroup, toUser } from './world.fixture.js';

const world = redisWorld();

const request: DirectRequest = { to: toUser('a'), payload: { text: 'hello' }, idempotencyKey: 'k1' };
const publish = (changes: Partial<DirectRequest> = {}) => world.publisher.publish({ ...request, ...changes });
/** As another process would: what it publishes is in no batch of ours. */
const another = (): Publisher => new Publisher(world.scripts, world.keys, retention);
const stored = (): Promise<number> => world.admin.llen(world.keys.user('a').log);

test('a repetition is answered with the id and position of the first, and says so', async () => {
  const first = await publish();
  await publish({ idempotencyKey: 'other' });
  await expect(publish()).resolves.toEqual({ ...first, duplicate: true });
  expect(await stored()).toBe(2);
});

test('fifty callers at once get one id, and one of them is the first', async () => {
  const answers = await Promise.all(Array.from({ length: 50 }, () => another().publish(request)));
  expect(new Set(answers.map(({ id }) => id)).size).toBe(1);
  expect(new Set(answers.map(({ offset }) => offset))).toEqual(new Set([1]));
  expect(answers.filter(({ duplicate }) => duplicate !== true)).toHaveLength(1);
  expect(await stored()).toBe(1);
});

test('control: without a key, fifty callers are fifty messages', async () => {
  const { idempotencyKey: _key, ...plain } = request;
  const answers = await Promise.all(Array.from({ length: 50 }, () => world.publisher.publish(plain)));
  expect(new Set(answers.map(({ id }) => id)).size).toBe(50);
  expect(await stored()).toBe(50);
});

test.each<[string, Partial<DirectRequest>]>([
  ['payload', { payload: { text: 'bye' } }],
  ['type', { type: 'other' }],
  ['priority', { priority: 'high' }],
  ['ttl', { ttlSeconds: 60 }],
  ['sender', { from: 'b' }],
])('the same key with another %s is refused, and changes nothing', async (_, changes) => {
  const first = await publish();
  await expect(publish(changes)).rejects.toThrow(Problem);
  await expect(publish(changes)).rejects.toMatchObject({ code: 'idempotency_mismatch' });
  await expect(publish()).resolves.toMatchObject({ id: first.id, duplicate: true });
  expect(await stored()).toBe(1);
});

test('the order of fields makes no other request, nor does how long the key is to be remembered', async () => {
  const first = await publish();
  const { idempotencyKey, payload, to } = request;
  const reordered = world.publisher.publish({
    idempotencySeconds: 60,
    idempotencyKey: idempotencyKey ?? '',
    payload,
    to,
  });
  await expect(reordered).resolves.toMatchObject({ id: first.id, duplicate: true });
});

test('a key counts for one audience: the same for another is another message', async () => {
  await putGroup(world, 'a');
  const audiences: DirectAudience[] = [toUser('a'), toUser('b'), toGroup('a'), toAll, { online: true }];
  const answers = await Promise.all(audiences.map((to) => publish({ to })));
  expect(new Set(answers.map(({ id }) => id)).size).toBe(audiences.length);
  expect(answers.some(({ duplicate }) => duplicate)).toBe(false);
});

test('a key is forgotten after the time that was asked for', async () => {
  const first = await publish({ idempotencySeconds: 1 });
  const isNew = async (): Promise<boolean> => (await publish({ idempotencySeconds: 1 })).id !== first.id;
  await until(isNew, { what: 'the key to be forgotten', everyMs: 100 });
  expect(await stored()).toBe(2);
});

test('keys that differ in characters of keys are different keys', async () => {
  const answers = await Promise.all(
    ['k', 'k/', 'k{', '%6B', '*', 'K'].map((idempotencyKey) => publish({ idempotencyKey })),
  );
  expect(new Set(answers.map(({ id }) => id)).size).toBe(6);
});

test('an ephemeral message is told once', async () => {
  const node = { nodes: world.keys.all.audience };
  await nodeJoin(world.scripts, node, { node: 'n1', leaseMs: 10_000 });
  await nodeRenew(world.scripts, node, { node: 'n1', leaseMs: 10_000, sessions: 1 });
  const announce = (payload: number) => publish({ to: { online: true }, payload });
  const first = await announce(1);
  expect(first).toEqual({ id: first.id, state: 'published', online: true });
  await expect(announce(1)).resolves.toEqual({ ...first, duplicate: true });
  await expect(announce(2)).rejects.toMatchObject({ code: 'idempotency_mismatch' });
  expect(await world.admin.hget(world.keys.all.home.links, 'n1')).toBe('1');
});
