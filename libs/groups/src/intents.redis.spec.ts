// Both sides of a membership by the version of the intent: an older one changes nothing, in whatever order they come.
import { groupJoin, groupLeave, userJoined, userLeft } from '@fanfare/redis-scripts';
import fc from 'fast-check';
import { publishMany, redisWorld } from './world.fixture.js';

const world = redisWorld();

const join = (version: number, users = ['a'], maxMembers = 100) => {
  const side = world.keys.group('g');
  const { part } = side.home;
  const keys = {
    part,
    state: side.state,
    members: world.keys.groupMembers(side),
    left: world.keys.groupLeft(side),
    removed: world.keys.groupRemoved(side),
  };
  return groupJoin(
    world.scripts,
    keys,
    { version, maxMembers, oldest: 0 },
    users.map((user) => ({ user })),
  );
};
const leave = (version: number, users = ['a'], oldest = 0) => {
  const side = world.keys.group('g');
  const { part, links } = side.home;
  const keys = { part, links, members: world.keys.groupMembers(side), leavers: world.keys.groupLeft(side) };
  return groupLeave(
    world.scripts,
    { ...keys, nodes: side.audience },
    { group: 'g', version, oldest },
    users.map((user) => ({ user })),
  );
};
const tellJoined = (version: number, offset = 0, group = 'g', maxGroups = 100) => {
  const own = world.keys.user('a');
  const { part, links, sessions, users } = own.home;
  const args = { group, version, offset, epoch: '1.ab.cd', maxGroups, oldest: 0 };
  const item = { groups: world.keys.userGroups(own), state: own.state, user: 'a' };
  return userJoined(world.scripts, { part, links, sessions, users }, args, [item]);
};
const tellLeft = (version: number) =>
  userLeft(world.scripts, { group: 'g', version }, [{ groups: world.keys.userGroups(world.keys.user('a')) }]);
const members = () => world.admin.zrange(world.keys.groupMembers(world.keys.group('g')), '0', '-1');
const entry = (group = 'g') => world.admin.hget(world.keys.userGroups(world.keys.user('a')), group);

test('a joining that is older than the last leaving changes nothing; a newer one does', async () => {
  await join(5);
  await leave(7);
  expect(await join(6)).toMatchObject({ added: 0, joined: [] });
  expect(await members()).toEqual([]);
  expect(await join(8)).toMatchObject({ added: 1, joined: ['a'] });
  expect(await members()).toEqual(['a']);
});

test('a leaving that is older than the last joining changes nothing; a newer one does', async () => {
  await join(5);
  expect(await leave(4)).toEqual({ status: 'OK', removed: 0, left: [] });
  expect(await members()).toEqual(['a']);
  expect(await leave(6)).toEqual({ status: 'OK', removed: 1, left: ['a'] });
  expect(await members()).toEqual([]);
});

test('a leaving that comes before the joining it is newer than still counts', async () => {
  expect(await leave(6)).toEqual({ status: 'OK', removed: 0, left: ['a'] });
  expect(await join(5)).toMatchObject({ added: 0, joined: [] });
  expect(await members()).toEqual([]);
});

test('a leaving that is older than what a member was told again changes nothing', async () => {
  await join(5);
  expect(await join(7)).toMatchObject({ added: 0 });
  expect(await leave(6)).toMatchObject({ removed: 0, left: [] });
  expect(await members()).toEqual(['a']);
  expect(await leave(8)).toMatchObject({ removed: 1, left: ['a'] });
});

test('the same intent again answers the same users, and changes nothing', async () => {
  const first = await join(5);
  expect(await join(5)).toEqual({ ...first, added: 0 });
  await leave(6);
  expect(await leave(6)).toEqual({ status: 'OK', removed: 0, left: ['a'] });
});

test('a position at joining is the group’s head', async () => {
  await join(5, ['b']);
  await publishMany(world, 'g', 3);
  expect(await join(6)).toMatchObject({ status: 'OK', offset: 3, joined: ['a'] });
});

test('a group that would grow beyond its bound is FULL, and nothing was changed', async () => {
  await join(5, ['b', 'c'], 3);
  expect(await join(6, ['d', 'e'], 3)).toEqual({ status: 'FULL' });
  expect((await members()).sort()).toEqual(['b', 'c']);
  expect(await join(7, ['b', 'd'], 3)).toMatchObject({ status: 'OK', added: 1 });
});

test('leavings are forgotten when nothing older can come any more', async () => {
  await leave(6);
  await leave(9, ['b'], 7);
  expect(await join(5)).toMatchObject({ added: 1 });
});

test('on the user’s side, too, only what is newer counts', async () => {
  await tellJoined(5, 3);
  await tellLeft(7);
  await tellJoined(6, 4);
  expect(await entry()).toBe('-7');
  await tellJoined(8, 5);
  expect(await entry()).toBe('8 5 1.ab.cd 5 1.ab.cd 0');
  await tellLeft(6);
  await tellJoined(8, 99);
  expect(await entry()).toBe('8 5 1.ab.cd 5 1.ab.cd 0');
});

test('who is in as many groups as allowed is answered as full; those that were left do not count', async () => {
  for (const group of ['g1', 'g2']) expect(await tellJoined(5, 0, group, 2)).toEqual({ status: 'OK', full: [] });
  expect(await tellJoined(6, 0, 'g', 2)).toEqual({ status: 'OK', full: ['a'] });
  expect(await entry()).toBeNull();
  const groups = world.keys.userGroups(world.keys.user('a'));
  await userLeft(world.scripts, { group: 'g1', version: 7 }, [{ groups }]);
  expect(await tellJoined(8, 0, 'g', 2)).toEqual({ status: 'OK', full: [] });
});

test('a group of which the leaving has not come here yet counts once when it is joined again', async () => {
  for (const group of ['g', 'g2']) await tellJoined(5, 0, group, 2);
  expect(await tellJoined(7, 4, 'g', 2)).toEqual({ status: 'OK', full: [] });
  expect(await entry()).toBe('7 4 1.ab.cd 4 1.ab.cd 0');
});

const intents = fc
  .array(fc.constantFrom('join' as const, 'leave' as const), { minLength: 1, maxLength: 8 })
  .chain((actions) => {
    const all = actions.map((action, index) => ({ action, version: index + 1 }));
    const shuffled = fc.shuffledSubarray(all, { minLength: all.length });
    return fc.tuple(fc.constant(all), shuffled, fc.array(fc.constantFrom(...all), { maxLength: 4 }));
  });

test('whatever order intents come in, and however often: the newest decides, on both sides', async () => {
  let run = 0;
  await fc.assert(
    fc.asyncProperty(intents, async ([all, order, again]) => {
      run += 1;
      const base = run * 1000;
      const user = `user${run}`;
      const own = world.keys.user(user);
      const groups = world.keys.userGroups(own);
      for (const { action, version } of [...order, ...again]) await carryOut(action, base + version, user);
      const isIn = all.at(-1)?.action === 'join';
      expect((await members()).includes(user)).toBe(isIn);
      expect(/^\d/.test((await world.admin.hget(groups, 'g')) ?? '')).toBe(isIn);
    }),
    { numRuns: 150 },
  );
}, 30_000);

/** Both sides, as Memberships does it: the user's side is told of what the group's side decided. */
async function carryOut(action: 'join' | 'leave', version: number, user: string): Promise<void> {
  const own = world.keys.user(user);
  const groups = world.keys.userGroups(own);
  if (action === 'leave') {
    const { left } = await leave(version, [user]);
    if (left.length > 0) await userLeft(world.scripts, { group: 'g', version }, [{ groups }]);
    return;
  }
  const reply = await join(version, [user], 1000);
  if (reply.status !== 'OK' || reply.joined.length === 0) return;
  const { part, links, sessions, users } = own.home;
  const args = { group: 'g', version, offset: reply.offset, epoch: reply.epoch, maxGroups: 100, oldest: 0 };
  await userJoined(world.scripts, { part, links, sessions, users }, args, [{ groups, state: own.state, user }]);
}
