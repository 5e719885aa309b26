// Joining and leaving as an application sees it: both sides, positions, and what is refused.
import { Memberships } from './memberships.js';
import { groupsOf, isMember, membersOf, pendingRecords, publishMany, redisWorld, withLimits } from './world.fixture.js';

const world = redisWorld();
const join = (group: string, ...users: string[]) => world.memberships.join(group, users);
const leave = (group: string, ...users: string[]) => world.memberships.leave(group, users);
const unread = async (user: string) => (await world.cursors.unread(user)).timelines;

test('who joins is a member on both sides; the group and the users are made where they are missing', async () => {
  await expect(join('g', 'a', 'b')).resolves.toEqual({ added: 2 });
  expect(await membersOf(world, 'g')).toEqual(['a', 'b']);
  expect([await groupsOf(world, 'a'), await groupsOf(world, 'b')]).toEqual([['g'], ['g']]);
  await expect(world.users.get('a')).resolves.toMatchObject({ id: 'a' });
  await expect(world.groups.get('g')).resolves.toMatchObject({ members: 2, head: 0 });
  expect(await pendingRecords(world)).toBe(0);
});

test('who is a member stays one: position and what was read stay', async () => {
  await join('g', 'a');
  await publishMany(world, 'g', 4);
  await world.cursors.read('a', { timeline: 'group:g', upTo: 1 });
  await expect(join('g', 'a', 'b', 'b')).resolves.toEqual({ added: 1 });
  expect(await unread('a')).toMatchObject({ 'group:g': 3 });
  expect(await unread('b')).toMatchObject({ 'group:g': 0 });
});

test('a member reads from joining on', async () => {
  await join('g', 'a');
  await publishMany(world, 'g', 3);
  await join('g', 'b');
  await publishMany(world, 'g', 2);
  expect([await unread('a'), await unread('b')]).toMatchObject([{ 'group:g': 5 }, { 'group:g': 2 }]);
  const { messages } = await world.inbox.page('b', { timeline: 'group:g' });
  expect(messages.map(({ offset }) => offset)).toEqual([5, 4]);
});

test('who leaves is no member on either side, and sees the group no more', async () => {
  await join('g', 'a', 'b');
  await publishMany(world, 'g', 2);
  await expect(leave('g', 'a')).resolves.toEqual({ removed: 1 });
  expect([await isMember(world, 'g', 'a'), await isMember(world, 'g', 'b')]).toEqual([false, true]);
  expect(await unread('a')).not.toHaveProperty('group:g');
  await expect(world.inbox.page('a', { timeline: 'group:g' })).rejects.toMatchObject({ code: 'not_found' });
});

test('who comes back begins anew', async () => {
  await join('g', 'a');
  await publishMany(world, 'g', 2);
  await leave('g', 'a');
  await publishMany(world, 'g', 2);
  await expect(join('g', 'a')).resolves.toEqual({ added: 1 });
  await publishMany(world, 'g', 1);
  expect(await unread('a')).toMatchObject({ 'group:g': 1 });
});

test('leaving what one is not in, or what does not exist, changes nothing', async () => {
  await join('g', 'a');
  await expect(leave('g', 'b')).resolves.toEqual({ removed: 0 });
  await expect(leave('none', 'a')).resolves.toEqual({ removed: 0 });
  expect(await membersOf(world, 'g')).toEqual(['a']);
  await expect(world.groups.get('none')).resolves.toBeUndefined();
});

test('a thousand users at once, over all partitions', async () => {
  const users = Array.from({ length: 1000 }, (_, index) => `user${index}`);
  await expect(world.memberships.join('g', [...users, ...users])).resolves.toEqual({ added: 1000 });
  expect(await membersOf(world, 'g')).toEqual([...users].sort());
  for (const user of ['user0', 'user500', 'user999']) expect(await groupsOf(world, user)).toEqual(['g']);
  await expect(world.memberships.leave('g', users)).resolves.toEqual({ removed: 1000 });
  expect([await membersOf(world, 'g'), await groupsOf(world, 'user500')]).toEqual([[], []]);
});

test('names may be anything: none is taken for another', async () => {
  const names = ['a b', '{a}', 'a/b', '-1', '%61', '__proto__', '\u2028', '5 3 1.a.2 3 1.a.2 0'];
  for (const group of names) await world.memberships.join(group, names);
  for (const user of names) expect(await groupsOf(world, user)).toEqual([...names].sort());
  await leave('a b', 'a/b');
  expect([await isMember(world, 'a b', 'a/b'), await isMember(world, '-1', 'a/b')]).toEqual([false, true]);
});

test('a group that is full takes nobody, and keeps those it has', async () => {
  const bounded = withLimits(world, { members: 3 });
  await bounded.join('g', ['a', 'b']);
  await expect(bounded.join('g', ['c', 'd'])).rejects.toMatchObject({ code: 'conflict' });
  expect(await membersOf(world, 'g')).toEqual(['a', 'b']);
  await expect(bounded.join('g', ['c'])).resolves.toEqual({ added: 1 });
  await expect(bounded.join('g', ['a', 'b', 'c'])).resolves.toEqual({ added: 0 });
  expect(await pendingRecords(world)).toBe(0);
});

test('of many for whom a group has not room enough, those who fitted have joined on both sides', async () => {
  const users = Array.from({ length: 200 }, (_, index) => `user${index}`);
  await expect(withLimits(world, { members: 150 }).join('g', users)).rejects.toMatchObject({ code: 'conflict' });
  const members = await membersOf(world, 'g');
  expect(members.length).toBeGreaterThan(0);
  for (const user of members) expect(await groupsOf(world, user)).toEqual(['g']);
  expect(await pendingRecords(world)).toBe(0);
});

test('a user in too many groups joins none on either side, and the others do', async () => {
  const bounded = withLimits(world, { groups: 2 });
  for (const group of ['g1', 'g2']) await bounded.join(group, ['a']);
  await expect(bounded.join('g3', ['a', 'b'])).rejects.toMatchObject({ code: 'conflict' });
  expect([await isMember(world, 'g3', 'a'), await isMember(world, 'g3', 'b')]).toEqual([false, true]);
  await bounded.leave('g1', ['a']);
  await expect(bounded.join('g3', ['a'])).resolves.toEqual({ added: 1 });
  expect(await groupsOf(world, 'a')).toEqual(['g2', 'g3']);
  expect(await pendingRecords(world)).toBe(0);
});

test('many changes at once leave both sides agreeing', async () => {
  const others = Array.from({ length: 4 }, () => new Memberships(world.scripts, world.keys));
  const users = ['a', 'b', 'c'];
  await Promise.all(
    Array.from({ length: 60 }, (_, index) => {
      const one = others[index % others.length] ?? world.memberships;
      const user = users[index % users.length] ?? '';
      return index % 7 < 4 ? one.join('g', [user]) : one.leave('g', [user]);
    }),
  );
  for (const user of users) await expect(isMember(world, 'g', user)).resolves.toEqual(expect.any(Boolean));
});
