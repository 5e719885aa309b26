// What operators see of gateways, and each answer of the scripts behind it.
import { nodeReport } from '@fanfare/redis-scripts';
import { until } from '@fanfare/testing';
import { Evictor } from './evictor.js';
import { NodeLease } from './node-lease.js';
import { Nodes } from './nodes.js';
import { redisWorld } from './world.fixture.js';

const world = redisWorld();
const lease = (node: string, ms = 15_000) => new NodeLease(world.scripts, world.keys, node, ms);
const look = () => new Nodes(world.scripts, world.keys).look();

test('a node that has not reported yet is seen by its lease; one that has, with what it said last', async () => {
  await lease('n1').join();
  await lease('n2').join();
  await lease('n2').renew(3);
  await lease('n2').report({ startedAt: 5, pid: 7, delivered: 1 });
  await lease('n2').report({ startedAt: 5, pid: 7, delivered: 9, ages: { '5': 2, older: 1 } });
  const { at, nodes, gone, ages } = await look();
  expect(nodes).toMatchObject([
    { id: 'n1', state: 'alive', sessions: 0 },
    { id: 'n2', state: 'alive', sessions: 3, startedAt: 5, pid: 7, delivered: 9 },
  ]);
  expect(nodes[0]).not.toHaveProperty('startedAt');
  expect(nodes[1]).not.toHaveProperty('ages');
  expect(nodes[0]?.leaseUntil).toBe(at + (nodes[0]?.leaseMs ?? 0));
  expect(nodes[0]?.leaseMs).toBeGreaterThan(7000);
  expect(gone).toEqual([]);
  expect(ages).toEqual({ '5': 2, older: 1 });
});

test('ages of several nodes are added up', async () => {
  for (const node of ['n1', 'n2']) {
    await lease(node).join();
    await lease(node).report({ ages: { '1': 1, [node]: 4 } });
  }
  expect((await look()).ages).toEqual({ '1': 2, n1: 4, n2: 4 });
});

test('a node without a lease leaves no report behind: GONE', async () => {
  const keys = { nodes: world.keys.all.audience, reports: world.keys.nodeReports };
  await expect(nodeReport(world.scripts, keys, { node: 'n1', report: '{}' })).resolves.toEqual({ status: 'GONE' });
  await lease('n1').join();
  await expect(nodeReport(world.scripts, keys, { node: 'n1', report: '{}' })).resolves.toEqual({ status: 'OK' });
  await lease('n1').leave();
  await lease('n1').report({ pid: 1 });
  expect(await world.admin.exists(world.keys.nodeReports)).toBe(0);
});

test('one that gave up its lease has left, with its last report; twice is once', async () => {
  await lease('n1').join();
  await lease('n1').report({ host: 'a\tb', pid: 7 });
  await lease('n1').leave();
  await lease('n1').leave();
  const { at, nodes, gone } = await look();
  expect(nodes).toEqual([]);
  expect(gone).toMatchObject([{ id: 'n1', reason: 'left', host: 'a\tb', pid: 7 }]);
  expect(Math.abs(at - (gone[0]?.goneAt ?? 0))).toBeLessThan(60_000);
});

test('one whose lease ran out is late, and has died when it was evicted', async () => {
  await lease('n1', 1).join();
  await lease('n1').report({ pid: 7 });
  let now = 0;
  const evictor = new Evictor(world.scripts, world.keys, { leaseMs: 2000, graceMs: 0, clock: () => now });
  await evictor.sweep();
  await until(async () => (await look()).nodes[0]?.state === 'late', { what: 'the end of the lease' });
  expect((await look()).nodes).toMatchObject([{ id: 'n1', leaseMs: 0 }]);
  now += 2000;
  await evictor.sweep();
  const { nodes, gone } = await look();
  expect(nodes).toEqual([]);
  expect(gone).toMatchObject([{ id: 'n1', reason: 'died', pid: 7 }]);
  expect(await world.admin.exists(world.keys.nodeReports)).toBe(0);
});

test('the last 16 that are gone are kept, newest first', async () => {
  for (let number = 1; number <= 18; number += 1) {
    await lease(`n${number}`).join();
    await lease(`n${number}`).leave();
  }
  const { gone } = await look();
  expect(gone.map(({ id }) => id)).toEqual(Array.from({ length: 16 }, (_, index) => `n${18 - index}`));
});

test('a report that is none hides no node', async () => {
  await lease('n1').join();
  await world.admin.hset(world.keys.nodeReports, 'n1', '{"pid":"seven"}');
  expect((await look()).nodes).toMatchObject([{ id: 'n1' }]);
  await world.admin.hset(world.keys.nodeReports, 'n1', 'no JSON');
  expect((await look()).nodes).toMatchObject([{ id: 'n1' }]);
});
