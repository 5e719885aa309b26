// When leaving has been answered, nothing accepted later reaches those who left: the nodes are told on the group's own
// link, in order with its messages.
import { groupInterest, type Subscriber } from '@fanfare/redis-scripts';
import { until } from '@fanfare/testing';
import { publishMany, redisWorld } from './world.fixture.js';

const world = redisWorld();

/** What comes on the link from the group's partition to node `n1`, which has interest in it. */
async function listen(group: string): Promise<{ told: string[]; subscriber: Subscriber }> {
  const { home, audience } = world.keys.group(group);
  const holdings = world.keys.nodeHoldings(home, 'n1');
  await groupInterest(world.scripts, { nodes: audience, holdings }, { group, node: 'n1', users: 1 });
  const subscriber = world.connection.subscriber();
  const told: string[] = [];
  subscriber.on('smessageBuffer', (_, message) => told.push(message.toString()));
  await subscriber.subscribe([world.keys.linkChannel(home, 'n1')]);
  return { told, subscriber };
}
const kindOf = (text: string): string => text.split('\t')[2]?.split('\n')[0] ?? '';
const sequences = (told: readonly string[]): number[] => told.map((text) => Number(text.split('\t')[1]));

test('messages accepted before are told before, messages accepted later after', async () => {
  await world.memberships.join('g', ['a', 'b']);
  const { told, subscriber } = await listen('g');
  await publishMany(world, 'g', 3);
  await world.memberships.leave('g', ['a', 'b']);
  await publishMany(world, 'g', 2);
  await until(() => told.length === 6, { what: 'six publications' });
  expect(told.map(kindOf)).toEqual(['message', 'message', 'message', 'left', 'message', 'message']);
  expect(sequences(told)).toEqual([1, 2, 3, 4, 5, 6]);
  const [line, body] = told[3]?.split('\n', 1) ?? [];
  expect(line?.split('\t').slice(2, 4)).toEqual(['left', 'g']);
  expect(body).toBeUndefined();
  expect(told[3]?.split('\n').slice(1).sort()).toEqual(['a', 'b']);
  subscriber.close();
});

test('also while messages flow: none whose publication began after the answer is told before', async () => {
  await world.memberships.join('g', ['a']);
  const { told, subscriber } = await listen('g');
  const before = publishMany(world, 'g', 200);
  const leaving = world.memberships.leave('g', ['a']);
  const meanwhile = publishMany(world, 'g', 200);
  await leaving;
  const after = await publishMany(world, 'g', 50);
  await Promise.all([before, meanwhile]);
  await until(() => told.length === 451, { what: 'every publication' });
  expect(sequences(told)).toEqual(Array.from({ length: 451 }, (_, index) => index + 1));
  const left = told.findIndex((text) => kindOf(text) === 'left');
  const toldBefore = told.slice(0, left).map((text) => Number(text.split('\t')[4]));
  for (const { offset } of after) expect(toldBefore).not.toContain(offset);
  subscriber.close();
});

test('control: nodes without interest in the group are not told', async () => {
  await world.memberships.join('g', ['a']);
  await world.memberships.join('other', ['a']);
  const { told, subscriber } = await listen('other');
  await world.memberships.leave('g', ['a']);
  await world.memberships.leave('other', ['a']);
  await until(() => told.length > 0, { what: 'the leaving of the other group' });
  expect(told.map((text) => text.split('\t')[3])).toEqual(['other']);
  subscriber.close();
});

test('joining tells the nodes that hold sessions of the user, with the position it begins at', async () => {
  await world.memberships.join('g', ['b']);
  const [message] = await publishMany(world, 'g', 4);
  await world.registry.open({ user: 'a', session: 's1', node: 'n1', device: '', resume: '', limit: 0 });
  const { home } = world.keys.user('a');
  const subscriber = world.connection.subscriber();
  const told: string[] = [];
  subscriber.on('smessageBuffer', (_, text) => told.push(text.toString()));
  await subscriber.subscribe([world.keys.linkChannel(home, 'n1')]);
  await world.memberships.join('g', ['a']);
  await world.memberships.join('g', ['a']);
  await until(() => told.length > 0, { what: 'the joining' });
  const [, , kind, user, group, version, offset, epoch] = told[0]?.trim().split('\t') ?? [];
  expect([kind, user, group, offset, epoch]).toEqual(['joined', 'a', 'g', '4', message?.epoch]);
  expect(Number(version)).toBeGreaterThan(0);
  expect(await world.admin.hget(home.links, 'n1')).toBe('1');
  subscriber.close();
});
