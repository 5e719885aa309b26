// Which members of a group are online: counted one by one, or what gateways say where there are too many.
import { groupInterest } from '@fanfare/redis-scripts';
import { Presence, Settler } from '@fanfare/roster';
import { GroupPresence } from './group-presence.js';
import { redisWorld } from './world.fixture.js';

const world = redisWorld();
const presence = (counted?: number): GroupPresence =>
  new GroupPresence(world.scripts, world.keys, new Presence(world.scripts, world.keys), counted);
const connect = (user: string, session = `s-${user}`, node = 'n1') =>
  world.registry.open({ user, session, node, device: '', resume: '', limit: 0 });

test('members who are online, each once however many sessions they have; others are not told', async () => {
  await world.memberships.join('g', ['a', 'b', 'c']);
  for (const [session, node] of [
    ['s1', 'n1'],
    ['s2', 'n2'],
  ] as const) {
    await connect('b', session, node);
  }
  await connect('c');
  await connect('stranger');
  const page = await presence().page('g', {});
  expect(page).toMatchObject({ online: 2, users: [{ id: 'b' }, { id: 'c' }], cursor: null });
  expect(page).not.toHaveProperty('approximate');
  await world.memberships.leave('g', ['b']);
  await expect(presence().page('g', {})).resolves.toMatchObject({ online: 1, users: [{ id: 'c' }] });
});

test('within the grace they are online, after it they are not', async () => {
  await world.memberships.join('g', ['a', 'b']);
  for (const user of ['a', 'b']) await connect(user);
  await world.registry.close('a', 's-a', 'n1', 60_000);
  await world.registry.close('b', 's-b', 'n1', 0);
  await new Settler(world.scripts, world.keys).sweep(() => undefined);
  await expect(presence().page('g', {})).resolves.toMatchObject({ online: 1, users: [{ id: 'a' }] });
});

test('pages go on in the order of joining, and `online` counts all of them', async () => {
  const users = Array.from({ length: 30 }, (_, index) => `u${index}`);
  for (const user of users) await world.memberships.join('g', [user]);
  for (const [index, user] of users.entries()) if (index % 3 === 0) await connect(user);
  const seen: string[] = [];
  let cursor: string | null | undefined;
  do {
    const page = await presence().page('g', { limit: 4, ...(cursor && { cursor }) });
    expect(page.online).toBe(10);
    expect(page.users.length).toBeLessThanOrEqual(4);
    seen.push(...page.users.map(({ id }) => id));
    cursor = page.cursor;
  } while (cursor);
  expect(seen).toEqual(users.filter((_, index) => index % 3 === 0));
});

test('of a large group it is the sum of what nodes hold; a page looks at a bounded number of members', async () => {
  const users = Array.from({ length: 6000 }, (_, index) => `u${index}`);
  await world.memberships.join('g', users);
  const { home, audience } = world.keys.group('g');
  for (const [node, count] of [
    ['n1', 3],
    ['n2', 4],
  ] as const) {
    const keys = { nodes: audience, holdings: world.keys.nodeHoldings(home, node) };
    await groupInterest(world.scripts, keys, { group: 'g', node, users: count });
  }
  const first = await presence(5999).page('g', {});
  expect(first).toMatchObject({ online: 7, approximate: true, users: [] });
  await expect(presence(5999).page('g', { cursor: first.cursor ?? '' })).resolves.toMatchObject({ cursor: null });
  await expect(presence(6000).page('g', {})).resolves.toMatchObject({ online: 0 });
});

test('an unknown group, and a cursor that no page answered, are refused', async () => {
  await expect(presence().page('nothing', {})).rejects.toMatchObject({ code: 'group_unknown' });
  await world.memberships.join('g', ['a']);
  await expect(presence().page('g', { cursor: 'x' })).rejects.toMatchObject({ code: 'invalid' });
});
