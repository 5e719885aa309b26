// A user is erased: nothing of them is left in any key, both sides of membership agree, and what comes later begins anew.
import type { ScriptRunner } from '@fanfare/redis-scripts';
import { until } from '@fanfare/testing';
import {
  completePending,
  groupsOf,
  membersOf,
  pendingRecords,
  recordAgo,
  redisWorld,
  serviceOf,
} from './world.fixture.js';

const world = redisWorld();
const erase = (user: string): Promise<void> => serviceOf(world, world.scripts).erasures.erase(user);

/** Every key of the app that names the user, and members that do, of what all users share. */
async function tracesOf(user: string): Promise<string[]> {
  const keys = await world.admin.keys(`${world.keys.app}/*/u/${user}/*`);
  const { users, online, leaving, sessions } = world.keys.homeOf('user', user);
  const shared = [
    ['users', await world.admin.zscore(users, user)],
    ['online', await world.admin.zscore(online, user)],
    ['leaving', await world.admin.zscore(leaving, user)],
    ['sessions', await world.admin.hget(sessions, user)],
  ].flatMap(([name, found]) => (found === null ? [] : [String(name)]));
  return [...keys.map((key) => key.split(`/u/${user}/`)[1] ?? '').sort(), ...shared];
}

/** Somebody of whom there is something of every kind. */
async function lively(user: string): Promise<void> {
  await world.users.put(user, { plan: 'pro' });
  for (const group of ['g1', 'g2']) await world.memberships.join(group, [user, 'other']);
  await world.registry.open({ user, session: 's1', node: 'n1', device: 'phone', resume: '', limit: 10 });
  for (const payload of [1, 2, 3]) await world.publisher.publish({ to: { user }, payload });
  await world.publisher.publish({ to: { user }, payload: 4, ttlSeconds: 60 });
  await world.publisher.publish({ to: { group: 'g1' }, payload: 5, from: user });
  const { epoch } = await world.publisher.publish({ to: { user }, payload: 6, from: user });
  await world.cursors.read(user, { timeline: `user:${user}`, offsets: [3] });
  await world.registry.acknowledge([
    { user, device: 'phone', timeline: `user:${user}`, offset: 2, epoch: epoch ?? '' },
  ]);
  for (let device = 0; device < 300; device += 1) {
    const at = { timeline: `user:${user}`, offset: 1, epoch: epoch ?? '' };
    await world.registry.acknowledge([{ user, device: `browser ${device}`, ...at }]);
  }
}

test('nothing of them is left but the versions of leaving, which go within the hour', async () => {
  await lively('a');
  expect((await tracesOf('a')).length).toBeGreaterThan(300);
  await erase('a');
  expect(await tracesOf('a')).toEqual(['groups']);
  const groups = world.keys.userGroups(world.keys.user('a'));
  expect(Object.values(await world.admin.hgetall(groups)).every((value) => value.startsWith('-'))).toBe(true);
  expect(await world.admin.pttl(groups)).toBeGreaterThan(0);
  expect([await membersOf(world, 'g1'), await groupsOf(world, 'other')]).toEqual([['other'], ['g1', 'g2']]);
  expect([await world.users.get('a'), (await world.cursors.unread('a')).total]).toEqual([undefined, 0]);
  expect(await pendingRecords(world)).toBe(0);
});

test('again, or one who is not known: nothing changes', async () => {
  await lively('a');
  for (const user of ['a', 'a', 'nobody']) await erase(user);
  expect([await tracesOf('a'), await tracesOf('nobody')]).toEqual([['groups'], []]);
});

test('a later publish makes them anew, under an epoch that was never used, again and again', async () => {
  const epochs = new Set<string>();
  for (let round = 0; round < 30; round += 1) {
    const { epoch = '', offset } = await world.publisher.publish({ to: { user: 'a' }, payload: round });
    expect(offset).toBe(1);
    epochs.add(epoch);
    await erase('a');
  }
  expect(epochs.size).toBe(30);
});

test('what their devices say late is not kept', async () => {
  await lively('a');
  await erase('a');
  await world.registry.acknowledge([{ user: 'a', device: 'phone', timeline: 'user:a', offset: 3, epoch: '1.a.b' }]);
  await world.registry.close('a', 's1', 'n1', 10_000);
  await expect(world.cursors.read('a', { timeline: 'user:a', upTo: 2 })).rejects.toMatchObject({ code: 'not_found' });
  expect(await tracesOf('a')).toEqual(['groups']);
  expect(await world.admin.exists(world.keys.nodeHoldings(world.keys.homeOf('user', 'a'), 'n1'))).toBe(0);
});

test('their nodes are told to close the sessions', async () => {
  await lively('a');
  await world.registry.open({ user: 'a', session: 's2', node: 'n2', device: '', resume: '', limit: 10 });
  const home = world.keys.homeOf('user', 'a');
  const subscriber = world.connection.subscriber();
  const told: string[] = [];
  subscriber.on('smessageBuffer', (_, message) => told.push(message.toString().split('\t').slice(2).join(' ')));
  await subscriber.subscribe(['n1', 'n2'].map((node) => world.keys.linkChannel(home, node)));
  await erase('a');
  const expected = 'disconnect a\ns1\ns2';
  await until(() => told.filter((text) => text === expected).length === 2, { what: 'both nodes to be told' });
  subscriber.close();
});

test('a joining after it holds: the group stays in their index', async () => {
  await lively('a');
  await erase('a');
  await world.memberships.join('g3', ['a']);
  expect(await groupsOf(world, 'a')).toEqual(['g3']);
  expect(await world.admin.pttl(world.keys.userGroups(world.keys.user('a')))).toBe(-1);
});

test.each(['user/left', 'user/erase', 'membership/complete'])(
  'who dies at %s leaves the rest to another',
  async (where) => {
    await lively('a');
    const dying: ScriptRunner = {
      call: (script, ...rest) =>
        script.name === where ? Promise.reject(new Error('dead')) : world.scripts.call(script, ...rest),
    };
    await expect(serviceOf(world, dying).erasures.erase('a')).rejects.toThrow('dead');
    expect(await pendingRecords(world)).toBeGreaterThan(0);
    const impatient: ScriptRunner = {
      call: (script, keys, args, options) =>
        world.scripts.call(
          script,
          keys,
          script.name === 'membership/pending' ? ['0', ...args.slice(1)] : args,
          options,
        ),
    };
    await until(async () => (await completePending(world, impatient), await pendingRecords(world)) === 0, {
      what: 'the rest to be done',
    });
    expect(await tracesOf('a')).toEqual(['groups']);
    expect(await membersOf(world, 'g1')).toEqual(['other']);
  },
);

test('a record that was left behind does not erase who was made anew since', async () => {
  await recordAgo(world, 20_000, 'erase', '', ['a']);
  await world.publisher.publish({ to: { user: 'a' }, payload: 1 });
  await completePending(world);
  expect((await world.cursors.unread('a')).total).toBe(1);
  expect(await pendingRecords(world)).toBe(0);
});
