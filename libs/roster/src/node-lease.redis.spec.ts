// Leases of nodes, and each answer of the scripts behind them.
import {
  groupInterest,
  nodeBury,
  nodeCheck,
  nodeForget,
  nodeHoldings,
  nodeJoin,
  nodeList,
  nodeRemove,
  nodeRenew,
} from '@fanfare/redis-scripts';
import { NodeLease, removalKeys } from './node-lease.js';
import { open, redisWorld } from './world.fixture.js';

const world = redisWorld();
const LEASE = 15_000;

const nodes = () => ({ nodes: world.keys.all.audience });
const lease = (node: string) => new NodeLease(world.scripts, world.keys, node, LEASE);
const list = () => nodeList(world.scripts, { ...nodes(), dead: world.keys.deadNodes });
const remove = (node: string, seen: string) =>
  nodeRemove(world.scripts, removalKeys(world.keys), { node, lease: seen });
const home = () => world.keys.user('a').home;
const holdings = (node: string) => world.keys.nodeHoldings(home(), node);

test('a node enters with a lease and the count of its sessions, and renews both', async () => {
  await lease('n1').join();
  const first = await list();
  expect(first.nodes).toEqual([{ node: 'n1', lease: expect.stringMatching(/^\d+ 0$/) as string }]);
  expect(Number.parseInt(first.nodes[0]?.lease ?? '', 10)).toBeGreaterThan(first.now + LEASE / 2);
  await expect(lease('n1').renew(7)).resolves.toBe(true);
  expect((await list()).nodes[0]?.lease).toMatch(/^\d+ 7$/);
});

test('an id is entered once: TAKEN; a repeated call of the same node is no error', async () => {
  await expect(nodeJoin(world.scripts, nodes(), { node: 'n1', leaseMs: LEASE })).resolves.toEqual({ status: 'OK' });
  await expect(nodeJoin(world.scripts, nodes(), { node: 'n1', leaseMs: LEASE })).resolves.toEqual({ status: 'TAKEN' });
  await expect(lease('n1').join()).resolves.toBeUndefined();
});

test('a lease that was lost is not renewed: LOST, also after it was given up', async () => {
  await expect(lease('n1').renew(1)).resolves.toBe(false);
  await lease('n1').join();
  await lease('n1').leave();
  await expect(lease('n1').renew(1)).resolves.toBe(false);
  await expect(nodeRenew(world.scripts, nodes(), { node: 'n1', leaseMs: LEASE, sessions: 1 })).resolves.toEqual({
    status: 'LOST',
  });
  expect(await list()).toMatchObject({ nodes: [], dead: [{ node: 'n1' }] });
});

test('a node is removed by the lease that was seen; one that was renewed meanwhile is not: RENEWED', async () => {
  await lease('n1').join();
  const seen = (await list()).nodes[0]?.lease ?? '';
  await lease('n1').renew(3);
  await expect(remove('n1', seen)).resolves.toEqual({ status: 'RENEWED' });
  expect((await list()).dead).toEqual([]);
  await expect(remove('n1', (await list()).nodes[0]?.lease ?? '')).resolves.toMatchObject({ status: 'OK' });
  expect(await list()).toMatchObject({ nodes: [], dead: [{ node: 'n1' }] });
});

test('a dead node stays among the dead until it is buried; one that was removed AGAIN is not buried', async () => {
  const bury = (node: string, removal: string) =>
    nodeBury(world.scripts, { dead: world.keys.deadNodes }, { node, removal });
  await lease('n1').leave();
  const first = (await list()).dead[0]?.removal ?? '';
  await expect(bury('n2', first)).resolves.toEqual({ status: 'OK' });
  await lease('n1').leave();
  await expect(bury('n1', first)).resolves.toEqual({ status: 'AGAIN' });
  const [{ node, removal } = { node: '', removal: '' }] = (await list()).dead;
  expect([node, removal === first]).toEqual(['n1', false]);
  await expect(bury('n1', removal)).resolves.toEqual({ status: 'OK' });
  expect((await list()).dead).toEqual([]);
});

test('what a node holds is answered in parts, and its link is kept as long as something is HELD', async () => {
  for (const user of ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h']) await open(world, 's1', { user, limit: 0 });
  const { items } = await nodeHoldings(world.scripts, { holdings: holdings('n1') }, { limit: 1 });
  expect(items).toHaveLength(1);
  const forget = () => nodeForget(world.scripts, { links: home().links, holdings: holdings('n1') }, { node: 'n1' });
  await world.admin.hset(home().links, 'n1', 5);
  await expect(forget()).resolves.toEqual({ status: 'HELD' });
  expect(await world.admin.hget(home().links, 'n1')).toBe('5');
  await world.admin.del(holdings('n1'));
  await expect(forget()).resolves.toEqual({ status: 'OK' });
  expect(await world.admin.hget(home().links, 'n1')).toBeNull();
  await expect(nodeHoldings(world.scripts, { holdings: holdings('n1') }, { limit: 9 })).resolves.toMatchObject({
    items: [],
  });
});

test('a node can compare epoch, sequence and holdings; a partition of another history is taken for it', async () => {
  const check = () =>
    nodeCheck(world.scripts, { part: home().part, links: home().links, holdings: holdings('n1') }, { node: 'n1' });
  const first = await check();
  expect(first).toMatchObject({ status: 'OK', sequence: 0, holdings: 0 });
  expect(world.called).toEqual(['partition/take', 'node/check']);
  await open(world, 's1');
  await groupInterest(
    world.scripts,
    { nodes: world.keys.group('g').audience, holdings: world.keys.nodeHoldings(world.keys.group('g').home, 'n1') },
    { group: 'g', node: 'n1', users: 2 },
  );
  await world.admin.hset(home().links, 'n1', 9);
  expect(await check()).toMatchObject({ sequence: 9 });
  await world.admin.hset(home().part, 'owner', 'f'.repeat(40));
  const other = await check();
  expect(other.status === 'OK' && first.status === 'OK' && other.epoch !== first.epoch).toBe(true);
});

test('interest in a group is counted absolutely, and ends with its last user', async () => {
  const group = world.keys.group('g');
  const held = world.keys.nodeHoldings(group.home, 'n1');
  const interest = (users: number) =>
    groupInterest(world.scripts, { nodes: group.audience, holdings: held }, { group: 'g', node: 'n1', users });
  for (const users of [2, 2, 1]) await interest(users);
  expect([await world.admin.hgetall(group.audience), await world.admin.smembers(held)]).toEqual([
    { n1: '1' },
    ['group\tg'],
  ]);
  await interest(0);
  expect(await world.admin.exists(group.audience, held)).toBe(0);
});
