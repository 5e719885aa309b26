// A user's open sessions, and telling their gateways to close them.
import { until } from '@fanfare/testing';
import { Sessions } from './sessions.js';
import { open, redisWorld } from './world.fixture.js';

const world = redisWorld();
const sessions = (): Sessions => new Sessions(world.scripts, world.keys);

test('a page has the oldest first, and the next one goes on behind it although sessions come and go', async () => {
  await open(world, 's1', { device: 'phone' });
  await open(world, 's2', { node: 'n2' });
  await open(world, 's3');
  const first = await sessions().page('a', { limit: 2 });
  expect(first.sessions).toMatchObject([
    { id: 's1', node: 'n1', device: 'phone' },
    { id: 's2', node: 'n2' },
  ]);
  expect(first.sessions[1]).not.toHaveProperty('device');
  await world.registry.close('a', 's2', 'n2', 0);
  const next = await sessions().page('a', { limit: 2, cursor: first.cursor ?? '' });
  expect([next.sessions.map(({ id }) => id), next.cursor]).toEqual([['s3'], null]);
  await expect(sessions().page('nobody', {})).resolves.toEqual({ sessions: [], cursor: null });
});

test.each(['', 'x', 'eyJhIjoxfQ', 'W10'])('a cursor that no page answered is refused: %j', async (cursor) => {
  await expect(sessions().page('a', { cursor })).rejects.toMatchObject({ code: 'invalid' });
});

test('a session that was disconnected is not registered again, the device’s next one is; that is forgotten in an hour', async () => {
  await open(world, 's1', { device: 'phone' });
  await open(world, 's2', { device: 'web' });
  expect(await sessions().disconnect('a', 'phone')).toBe(1);
  const again = { user: 'a', node: 'n1', device: '', resume: '', limit: 0 };
  expect(await world.registry.open({ ...again, session: 's1' })).toEqual({ status: 'DISCONNECTED' });
  for (const session of ['s2', 's3']) {
    expect(await world.registry.open({ ...again, session })).toMatchObject({ status: 'OK' });
  }
  const { disconnected } = world.keys.homeOf('user', 'a');
  expect(await world.admin.pttl(disconnected)).toBeGreaterThan(0);
  await world.admin.zadd(disconnected, '1', 'long ago');
  await sessions().disconnect('a');
  expect(await world.admin.zrange(disconnected, '0', '-1')).toEqual(['s1', 's2', 's3']);
});

test('the nodes of all sessions, or of those of a device, are told which to close', async () => {
  await open(world, 's1', { device: 'phone' });
  await open(world, 's2', { node: 'n2', device: 'phone' });
  await open(world, 's3', { node: 'n2' });
  await open(world, 's4', { node: 'n3', device: 'web' });
  const home = world.keys.homeOf('user', 'a');
  const subscriber = world.connection.subscriber();
  const told: string[] = [];
  subscriber.on('smessageBuffer', (channel, message) => {
    const [node] = channel.toString().split('/').slice(-1);
    told.push(`${node} ${message.toString().split('\t').slice(2).join(' ').replaceAll('\n', ' ')}`);
  });
  await subscriber.subscribe(['n1', 'n2', 'n3'].map((node) => world.keys.linkChannel(home, node)));
  expect(await sessions().disconnect('a', 'phone')).toBe(2);
  expect(await sessions().disconnect('a', 'fridge')).toBe(0);
  await until(() => told.length === 2, { what: 'two nodes to be told' });
  expect(told.sort()).toEqual(['n1 disconnect a s1 s2', 'n2 disconnect a s1 s2']);
  told.length = 0;
  expect(await sessions().disconnect('a')).toBe(4);
  await until(() => told.length === 3, { what: 'all nodes to be told' });
  expect(new Set(told.map((text) => text.slice(3)))).toEqual(new Set(['disconnect a s1 s2 s3 s4']));
  expect(await sessions().disconnect('nobody')).toBe(0);
  subscriber.close();
});
