// group/attach: a node follows a group for one of its users, if the group's side says that they are a member.
import { groupAttach, type GroupAttachArgs } from '@fanfare/redis-scripts';
import { Publisher } from '@fanfare/timelines';
import { until } from '@fanfare/testing';
import { publishMany, redisWorld } from './world.fixture.js';

const world = redisWorld();

const attach = (args: Partial<GroupAttachArgs> = {}) => {
  const side = world.keys.group('g');
  const { home, log, state, gone, ttl, audience: nodes } = side;
  const holdings = world.keys.nodeHoldings(home, 'n1');
  const whole = { group: 'g', user: 'a', node: 'n1', users: 1, resume: '', device: '', read: '', join: '', seen: '' };
  return groupAttach(
    world.scripts,
    {
      part: home.part,
      log,
      state,
      gone,
      ttl,
      members: world.keys.groupMembers(side),
      leavers: world.keys.groupLeft(side),
      nodes,
      holdings,
    },
    { ...whole, limit: 100, maxBytes: 1e6, ...args },
  );
};
const interest = () => world.admin.hgetall(world.keys.group('g').audience);
const held = () => world.admin.smembers(world.keys.nodeHoldings(world.keys.group('g').home, 'n1'));

test('who is no member registers nothing: NOT_MEMBER, also after having left', async () => {
  expect(await attach()).toEqual({ status: 'NOT_MEMBER' });
  await world.memberships.join('g', ['a', 'b']);
  await world.memberships.leave('g', ['a']);
  expect(await attach()).toEqual({ status: 'NOT_MEMBER' });
  expect([await interest(), await held()]).toEqual([{}, []]);
});

test('a member registers the node, counted absolutely, and is told where to go on', async () => {
  await world.memberships.join('g', ['a']);
  const [first] = await publishMany(world, 'g', 5);
  const epoch = first?.epoch ?? '';
  const reply = await attach({ users: 2, join: `1 ${epoch}`, read: `2 ${epoch}`, seen: '4', limit: 2 });
  expect(reply).toMatchObject({
    status: 'OK',
    head: 5,
    epoch,
    read: 2,
    unread: 2,
    floor: 1,
    from: 2,
    reset: '',
    reached: 4,
  });
  expect(reply.status === 'OK' && reply.entries.map(({ offset }) => offset)).toEqual([3, 4]);
  await attach({ users: 2 });
  expect([await interest(), await held()]).toEqual([{ n1: '2' }, ['group\tg']]);
});

test('with a limit of 0 nothing is read: registering again after a gap', async () => {
  await world.memberships.join('g', ['a']);
  await publishMany(world, 'g', 5);
  expect(await attach({ limit: 0 })).toMatchObject({ head: 5, from: 0, reached: 0, entries: [] });
});

test('the version is that of the joining, so that an older leaving can be told from a newer one', async () => {
  await world.memberships.join('g', ['a']);
  const first = await attach();
  await world.memberships.leave('g', ['a']);
  await world.memberships.join('g', ['a']);
  const second = await attach();
  expect(first.status === 'OK' && second.status === 'OK' && second.version > first.version).toBe(true);
});

test('the newest leaving is told, also of who has joined again since', async () => {
  await world.memberships.join('g', ['a', 'b']);
  const before = await attach();
  await world.memberships.leave('g', ['a']);
  await world.memberships.join('g', ['a']);
  const after = await attach();
  if (before.status !== 'OK' || after.status !== 'OK') throw new Error('a is a member');
  expect(before.leftBy).toBe(0);
  expect(after.leftBy).toBeGreaterThan(before.version);
  expect(after.leftBy).toBeLessThan(after.version);
});

test('a position before the share begins is moved to where it begins', async () => {
  await world.memberships.join('g', ['b']);
  const [first] = await publishMany(world, 'g', 5);
  const epoch = first?.epoch ?? '';
  await world.memberships.join('g', ['a']);
  expect(await attach({ join: `5 ${epoch}`, resume: `1 ${epoch}` })).toMatchObject({
    from: 5,
    floor: 5,
    reset: '',
    entries: [],
  });
});

test('very many that expired at once are swept in steps: SWEEP', async () => {
  await world.memberships.join('g', ['a']);
  const brief = { to: { group: 'g' }, payload: 1, ttlSeconds: 1 };
  const publisher = new Publisher(world.scripts, world.keys, { userMessages: 9, sharedMessages: 2000, ageMs: 60_000 });
  await Promise.all(Array.from({ length: 700 }, () => publisher.publish(brief)));
  await publisher.publish({ to: { group: 'g' }, payload: 'stays' });
  const { ttl } = world.keys.group('g');
  const isOver = async (): Promise<boolean> => (await world.admin.zcount(ttl, '-inf', Date.now() - 100)) === 700;
  await until(isOver, { what: 'all of them to expire' });
  expect((await attach()).status).toBe('SWEEP');
  expect(await attach()).toMatchObject({ status: 'OK', unread: 1, entries: [{ offset: 701 }] });
});
