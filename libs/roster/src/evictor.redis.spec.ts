// Dead nodes: what they held is undone, all of it, and nobody else's. Time is the spec's own.
import { groupInterest, nodeList, nodeRemove, type ScriptRunner } from '@fanfare/redis-scripts';
import { until } from '@fanfare/testing';
import { Evictor } from './evictor.js';
import { NodeLease, removalKeys } from './node-lease.js';
import { open, redisWorld } from './world.fixture.js';

const world = redisWorld();
const LEASE = 15_000;

let now = 0;
const evictor = (scripts: ScriptRunner = world.scripts) =>
  new Evictor(scripts, world.keys, { leaseMs: LEASE, graceMs: 0, clock: () => now });
const lease = (node: string) => new NodeLease(world.scripts, world.keys, node, LEASE);

/** Sweeps once a second for so long, and answers who was evicted. */
async function sweepFor(one: Evictor, ms: number, between: () => Promise<unknown> = () => Promise.resolve()) {
  const evicted: string[] = [];
  for (const end = now + ms; now < end;) {
    now += 1000;
    evicted.push(...(await one.sweep()).evicted);
    await between();
  }
  return evicted;
}

async function attach(node: string, group: string): Promise<void> {
  const { home, audience } = world.keys.group(group);
  const holdings = world.keys.nodeHoldings(home, node);
  await groupInterest(world.scripts, { nodes: audience, holdings }, { group, node, users: 1 });
}
const users = Array.from({ length: 200 }, (_, index) => `user${index}`);
const groups = Array.from({ length: 50 }, (_, index) => `group${index}`);

/** A node with 200 users and 50 groups; half of the users have a session elsewhere too. */
async function busyNode(node: string): Promise<void> {
  await lease(node).join();
  await Promise.all(users.map((user) => open(world, `${node}-${user}`, { user, node, limit: 0 })));
  await Promise.all(users.slice(0, 100).map((user) => open(world, `n9-${user}`, { user, node: 'n9', limit: 0 })));
  await Promise.all(groups.map((group) => attach(node, group)));
}
/** Who is taken offline now. */
async function offline(): Promise<string[]> {
  const users: string[] = [];
  await world.settler.sweep((user) => void users.push(user));
  return users;
}
/** Everything stored that names the node. */
async function tracesOf(node: string): Promise<string[]> {
  const held = await world.admin.keys(`${world.keys.app}/*/node/${node}`);
  const hashes = await world.admin.keys(`${world.keys.app}/*/{links,nodes}`.replace('{links,nodes}', '*'));
  const linked = await Promise.all(
    hashes
      .filter((key) => /\/(links|nodes)$/.test(key))
      .map(async (key) => ((await world.admin.hexists(key, node)) === 1 ? [key] : [])),
  );
  return [...held, ...linked.flat()];
}

test('a node whose lease stands still for a whole lease is evicted, not before', async () => {
  await lease('n1').join();
  const one = evictor();
  expect(await sweepFor(one, LEASE)).toEqual([]);
  expect(await sweepFor(one, 1000)).toEqual(['n1']);
  await expect(lease('n1').renew(1)).resolves.toBe(false);
});

test('a node that renews its lease is not', async () => {
  await lease('n1').join();
  expect(await sweepFor(evictor(), 4 * LEASE, () => lease('n1').renew(1))).toEqual([]);
  await expect(evictor().sweep()).resolves.toMatchObject({ alive: 1, evicted: [] });
});

test('a pause of the sweeps evicts nobody, however long: what was not seen does not count', async () => {
  await lease('n1').join();
  const one = evictor();
  await sweepFor(one, 10_000);
  now += 20 * LEASE;
  expect((await one.sweep()).evicted).toEqual([]);
  expect(await sweepFor(one, LEASE - 11_000)).toEqual([]);
});

test('control: the same time with sweeps in it evicts', async () => {
  await lease('n1').join();
  expect(await sweepFor(evictor(), 20 * LEASE)).toEqual(['n1']);
});

test('while Redis answers nothing, nobody is evicted for it', async () => {
  await lease('n1').join();
  let isDown = false;
  const flaky: ScriptRunner = {
    call: (script, keys, args) =>
      isDown ? Promise.reject(new Error('Redis is away')) : world.scripts.call(script, keys, args),
  };
  const one = evictor(flaky);
  await sweepFor(one, 5000);
  isDown = true;
  for (let seconds = 0; seconds < 60; seconds += 1) {
    now += 1000;
    await expect(one.sweep()).rejects.toThrow('Redis is away');
  }
  isDown = false;
  now += 1000;
  expect((await one.sweep()).evicted).toEqual([]);
});

test('Redis away for 20 s evicts nobody, although every lease has lapsed by then', async () => {
  const shortLived = new NodeLease(world.scripts, world.keys, 'n1', 1);
  await shortLived.join();
  const one = evictor();
  await sweepFor(one, 10_000);
  now += 20_000; // no sweep came to an end
  expect(await sweepFor(one, 3000)).toEqual([]);
  await expect(shortLived.renew(1)).resolves.toBe(true);
  expect(await sweepFor(one, LEASE - 1000)).toEqual([]);
});

test('control: whoever goes by the end of the lease, or counts that time too, would evict', async () => {
  await new NodeLease(world.scripts, world.keys, 'n1', 1).join();
  const { nodes, dead } = { nodes: world.keys.all.audience, dead: world.keys.deadNodes };
  const hasLapsed = async (): Promise<boolean> => {
    const reply = await nodeList(world.scripts, { nodes, dead });
    return Number.parseInt(reply.nodes[0]?.lease ?? '', 10) < reply.now;
  };
  await until(hasLapsed, { what: 'the lease to lapse' });
  const one = evictor();
  await sweepFor(one, 10_000);
  expect(await sweepFor(one, 20_000)).toEqual(['n1']);
});

test('the users of a node that died are offline when its lease was seen to lapse and the grace is over', async () => {
  await lease('n1').join();
  await open(world, 's1');
  const one = evictor();
  await sweepFor(one, LEASE);
  expect(await offline()).toEqual([]);
  await sweepFor(one, 1000);
  expect(await offline()).toEqual(['a']);
});

test('control: where nobody evicts, the users of a node that died stay online', async () => {
  await lease('n1').join();
  await open(world, 's1');
  now += 20 * LEASE;
  expect(await offline()).toEqual([]);
  expect(await world.presence.query(['a'])).toMatchObject({ a: { online: true, devices: 1 } });
});

test('everything a dead node held is undone, and nothing of the others', async () => {
  await busyNode('n1');
  await lease('n2').join();
  await open(world, 'n2-s', { user: 'other', node: 'n2', limit: 0 });
  await attach('n2', 'group1');
  const one = evictor();
  await sweepFor(one, LEASE + 1000, () => lease('n2').renew(1));
  expect(await tracesOf('n1')).toEqual([]);
  expect(await world.admin.hkeys(world.keys.deadNodes)).toEqual([]);
  expect((await offline()).sort()).toEqual(users.slice(100).sort());
  expect(await world.presence.query(['user0', 'user150', 'other'])).toMatchObject({
    user0: { online: true, devices: 1 },
    user150: { online: false },
    other: { online: true },
  });
  expect(await world.admin.hgetall(world.keys.group('group1').audience)).toEqual({ n2: '1' });
}, 30_000);

test('a crash in the middle is completed by the next sweep of whichever process', async () => {
  await busyNode('n1');
  let left = 30;
  const dying: ScriptRunner = {
    call: (script, keys, args) =>
      (left -= 1) < 0 ? Promise.reject(new Error('killed')) : world.scripts.call(script, keys, args),
  };
  await expect(sweepFor(evictor(dying), LEASE + 2000)).rejects.toThrow('killed');
  expect((await tracesOf('n1')).length).toBeGreaterThan(0);
  expect(await world.admin.hkeys(world.keys.deadNodes)).toEqual(['n1']);
  await expect(evictor().sweep()).resolves.toMatchObject({ undone: ['n1'] });
  expect(await tracesOf('n1')).toEqual([]);
  await expect(evictor().sweep()).resolves.toMatchObject({ undone: [] });
}, 30_000);

test('two processes that sweep at once do the same as one', async () => {
  await busyNode('n1');
  const [one, other] = [evictor(), evictor()];
  await nodeRemove(world.scripts, removalKeys(world.keys), { node: 'n1', lease: '' });
  await Promise.all([one.sweep(), other.sweep()]);
  expect(await tracesOf('n1')).toEqual([]);
  expect(await world.presence.query(['user0'])).toMatchObject({ user0: { online: true, devices: 1 } });
}, 30_000);

test('a node that gives up its lease in order is undone at once', async () => {
  await lease('n1').join();
  await open(world, 's1');
  await lease('n1').leave();
  await expect(evictor().sweep()).resolves.toMatchObject({ undone: ['n1'], evicted: [] });
  expect(await tracesOf('n1')).toEqual([]);
});
