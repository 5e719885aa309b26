// What is told of groups, their members and a user's groups.
import { membersOf, publishMany, redisWorld } from './world.fixture.js';

const world = redisWorld();
const users = Array.from({ length: 60 }, (_, index) => `user${String(index).padStart(2, '0')}`);

/** Every page, one after the other; `between` runs after each with what it held. */
async function walk(limit: number, between: (page: readonly string[]) => Promise<unknown> = () => Promise.resolve()) {
  const found: string[] = [];
  let cursor: string | null | undefined;
  for (let pages = 0; pages < 200; pages += 1) {
    const page = await world.groups.members('g', { limit, ...(cursor ? { cursor } : {}) });
    expect(page.members.length).toBeLessThanOrEqual(limit);
    found.push(...page.members.map(({ user }) => user));
    await between(page.members.map(({ user }) => user));
    cursor = page.cursor;
    if (cursor === null) return found;
  }
  throw new Error('pages without an end');
}

test('a group is made once; its retention is replaced as a whole', async () => {
  const retention = { messages: 5, seconds: 60 };
  await expect(world.groups.put('g', { retention })).resolves.toEqual({ created: true });
  await expect(world.groups.get('g')).resolves.toMatchObject({ id: 'g', members: 0, head: 0, retention });
  await expect(world.groups.put('g', { retention: { messages: 9 } })).resolves.toEqual({ created: false });
  expect((await world.groups.get('g'))?.retention).toEqual({ messages: 9 });
  await world.groups.put('g', {});
  expect((await world.groups.get('g'))?.retention).toEqual({});
});

test('what is told of a group counts its members and messages', async () => {
  await world.memberships.join('g', ['a', 'b', 'c']);
  await publishMany(world, 'g', 4);
  const view = await world.groups.get('g');
  expect(view).toMatchObject({ members: 3, head: 4 });
  expect(Math.abs((view?.createdAt ?? 0) - Date.now())).toBeLessThan(60_000);
});

test('a group that does not exist is not there, and has no members to page', async () => {
  await expect(world.groups.get('none')).resolves.toBeUndefined();
  await expect(world.groups.members('none', {})).rejects.toMatchObject({ code: 'group_unknown' });
});

test.each([1, 7, 60, 100])('pages of %i hold every member once, in the order of joining', async (limit) => {
  await world.memberships.join('g', users.slice(30));
  await world.memberships.join('g', users.slice(0, 30));
  const found = await walk(limit);
  expect(new Set(found.slice(0, 30))).toEqual(new Set(users.slice(30)));
  expect([...found].sort()).toEqual(users);
  await expect(world.groups.members('g', { limit })).resolves.toMatchObject({ total: 60 });
});

test('while members go, the last one of a page among them, those who stay are in the pages once', async () => {
  await world.memberships.join('g', users);
  const gone: string[] = [];
  const found = await walk(5, async (page) => {
    const last = page.at(-1);
    if (last === undefined || gone.length >= 8) return;
    gone.push(last);
    await world.memberships.leave('g', [last]);
  });
  expect(gone).toHaveLength(8);
  expect(found.filter((user) => !gone.includes(user)).sort()).toEqual(users.filter((user) => !gone.includes(user)));
});

test('while members come, and some go and come back, nobody who stays is left out', async () => {
  await world.memberships.join('g', users);
  let turns = 0;
  const found = await walk(5, async (page) => {
    const last = page.at(-1);
    if (last === undefined || (turns += 1) > 8) return;
    await world.memberships.leave('g', [last]);
    await world.memberships.join('g', [last, `new${turns}`]);
  });
  const everyone = [...users, ...Array.from({ length: 8 }, (_, index) => `new${index + 1}`)];
  expect([...new Set(found)].sort()).toEqual(everyone.sort());
  expect(await membersOf(world, 'g')).toEqual(everyone);
});

test('a cursor that no page answered is refused', async () => {
  await world.memberships.join('g', ['a']);
  for (const cursor of ['nonsense', Buffer.from('[0,"x","a"]').toString('base64url')]) {
    await expect(world.groups.members('g', { cursor })).rejects.toMatchObject({ code: 'invalid' });
  }
});

test('the groups of a user, with the time of joining; an unknown user has none', async () => {
  for (const group of ['g1', 'g2', 'g3']) await world.memberships.join(group, ['a']);
  await world.memberships.leave('g2', ['a']);
  const { groups } = await world.groups.of('a');
  expect(groups.map(({ group }) => group).sort()).toEqual(['g1', 'g3']);
  for (const { joinedAt } of groups) expect(Math.abs(joinedAt - Date.now())).toBeLessThan(60_000);
  await expect(world.groups.of('nobody')).resolves.toEqual({ groups: [] });
});
