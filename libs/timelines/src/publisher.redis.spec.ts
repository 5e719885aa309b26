// Accepting messages: what a publication writes, where, and in which order.
import { limits, type DirectRequest } from '@fanfare/contracts';
import { groupInterest, groupPut, nodeJoin, nodeRenew, userCursors } from '@fanfare/redis-scripts';
import { until } from '@fanfare/testing';
import { messageBytes } from './entry.js';
import { Publisher } from './publisher.js';
import { knowUser, publishMany, putGroup, redisWorld, retention, toAll, toGroup, toUser } from './world.fixture.js';

const world = redisWorld();

/** What is stored in a timeline, oldest first. */
async function payloads(log: string): Promise<unknown[]> {
  const entries = await world.admin.lrangeBuffer(log, 0, -1);
  return entries.map((entry) => (JSON.parse(messageBytes(entry).toString()) as { payload: unknown }).payload);
}
const numbers = (count: number): number[] => Array.from({ length: count }, (_, index) => index + 1);

test.each<[string, DirectRequest['to']]>([
  ['user:a', toUser('a')],
  ['group:g', toGroup('g')],
  ['all', toAll],
])('the offsets of %s are given out without holes, beginning with 1', async (timeline, to) => {
  await putGroup(world, 'g');
  const answers = await publishMany(world, to, 20);
  expect(answers.map(({ offset }) => offset)).toEqual(numbers(20));
  expect(new Set(answers.map((answer) => answer.epoch)).size).toBe(1);
  expect(new Set(answers.map((answer) => answer.timeline))).toEqual(new Set([timeline]));
});

test('publications issued without awaiting are stored in the order of the calls, in every partition', async () => {
  const users = Array.from({ length: 12 }, (_, index) => `user${index}`);
  const calls = numbers(300).flatMap((payload) => users.map((user) => ({ to: toUser(user), payload })));
  await Promise.all(calls.map((request) => world.publisher.publish(request)));
  for (const user of users) expect(await payloads(world.keys.user(user).log)).toEqual(numbers(300));
  expect(new Set(users.map((user) => world.keys.user(user).home.index)).size).toBeGreaterThan(3);
});

test('publishing to an unknown user makes them known', async () => {
  const keys = world.keys.user('new');
  const [groups, seen] = [world.keys.userGroups(keys), world.keys.userSeen(keys, 'all')];
  const cursors = () => userCursors(world.scripts, { state: keys.state, groups, seenUser: seen, seenAll: seen });
  expect(await cursors()).toEqual({ status: 'UNKNOWN' });
  await world.publisher.publish({ to: toUser('new'), payload: 1 });
  expect(await cursors()).toMatchObject({ status: 'OK' });
  expect(await world.admin.zscore(keys.home.users, 'new')).not.toBeNull();
});

test('an unknown group is refused and nothing is written; once it is there it is not', async () => {
  const publish = () => world.publisher.publish({ to: toGroup('g'), payload: 1 });
  await expect(publish()).rejects.toMatchObject({ code: 'group_unknown' });
  expect(await world.admin.exists(world.keys.group('g').log, world.keys.group('g').state)).toBe(0);
  await putGroup(world, 'g');
  await expect(publish()).resolves.toMatchObject({ state: 'published', offset: 1 });
});

test('a payload of 64 KiB is stored whole, one byte more is refused', async () => {
  const payload = 'x'.repeat(limits.payloadBytes - 2);
  await world.publisher.publish({ to: toUser('a'), payload });
  const larger = world.publisher.publish({ to: toUser('a'), payload: `${payload}x` });
  await expect(larger).rejects.toMatchObject({ code: 'too_large' });
  expect(await payloads(world.keys.user('a').log)).toEqual([payload]);
});

test('many payloads of 64 KiB at once keep their order', async () => {
  const bodies = numbers(24).map((number) => String(number).padStart(limits.payloadBytes - 2, '.'));
  await Promise.all(bodies.map((payload) => world.publisher.publish({ to: toUser('a'), payload })));
  expect(await payloads(world.keys.user('a').log)).toEqual(bodies);
});

test('no more than the newest messages are kept', async () => {
  world.publisher = new Publisher(world.scripts, world.keys, { ...retention, userMessages: 5 });
  const answers = await publishMany(world, toUser('a'), 8);
  expect(answers.at(-1)?.offset).toBe(8);
  expect(await payloads(world.keys.user('a').log)).toEqual([4, 5, 6, 7, 8]);
});

test('a group keeps as many as it was told to, whatever the default', async () => {
  await putGroup(world, 'g', 3);
  await publishMany(world, toGroup('g'), 5);
  expect(await payloads(world.keys.group('g').log)).toEqual([3, 4, 5]);
});

test('what is older than the retention goes, also while newer messages come', async () => {
  const { home, state, log } = world.keys.group('g');
  await groupPut(
    world.scripts,
    { part: home.part, state, removed: world.keys.groupRemoved(world.keys.group('g')) },
    { cap: 0, age: 400 },
  );
  await world.publisher.publish({ to: toGroup('g'), payload: 'old' });
  const gone = async (): Promise<boolean> => {
    await world.publisher.publish({ to: toGroup('g'), payload: 'new' });
    return !(await payloads(log)).includes('old');
  };
  await until(gone, { what: 'the old message to be trimmed', everyMs: 50 });
  expect((await payloads(log)).length).toBeGreaterThan(0);
});

test('a log to which nothing was added for longer than the retention goes as a whole, and offsets go on', async () => {
  const { home, state, log } = world.keys.group('g');
  await groupPut(
    world.scripts,
    { part: home.part, state, removed: world.keys.groupRemoved(world.keys.group('g')) },
    { cap: 0, age: 300 },
  );
  await world.publisher.publish({ to: toGroup('g'), payload: 1 });
  await until(async () => (await world.admin.exists(log)) === 0, { what: 'the log to expire' });
  await expect(world.publisher.publish({ to: toGroup('g'), payload: 2 })).resolves.toMatchObject({ offset: 2 });
});

test('an ephemeral message is kept nowhere', async () => {
  await knowUser(world, 'a');
  const answer = await world.publisher.publish({ to: toUser('a'), payload: 1, ephemeral: true });
  expect(answer).toEqual({ id: answer.id, state: 'published', online: false });
  expect(await world.admin.exists(world.keys.user('a').log)).toBe(0);
  const unknown = world.publisher.publish({ to: toGroup('g'), payload: 1, ephemeral: true });
  await expect(unknown).rejects.toMatchObject({ code: 'group_unknown' });
});

test('`online` says whether a node had anybody to hand the message to', async () => {
  const { home, audience } = world.keys.all;
  const publish = async (to: DirectRequest['to']) => (await world.publisher.publish({ to, payload: 1 })).online;
  await putGroup(world, 'g');
  await nodeJoin(world.scripts, { nodes: audience }, { node: 'n1', leaseMs: 10_000 });
  expect([await publish(toAll), await publish({ online: true }), await publish(toGroup('g'))]).toEqual([
    false,
    false,
    false,
  ]);
  await nodeRenew(world.scripts, { nodes: audience }, { node: 'n1', leaseMs: 10_000, sessions: 1 });
  const group = world.keys.group('g');
  const holdings = world.keys.nodeHoldings(group.home, 'n1');
  await groupInterest(world.scripts, { nodes: group.audience, holdings }, { group: 'g', node: 'n1', users: 1 });
  expect([await publish(toAll), await publish({ online: true }), await publish(toGroup('g'))]).toEqual([
    true,
    true,
    true,
  ]);
  expect(await world.admin.hget(home.links, 'n1')).toBe('4');
});
