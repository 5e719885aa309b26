// What devices acknowledged: by epoch, then by offset, and forward only. A device goes on from there.
import { appendMany, open, redisWorld } from './world.fixture.js';

const world = redisWorld();

/** Of a user who is not known nothing is kept. */
const known = () => open(world, 's0');

const acknowledge = (device: string, timeline: string, offset: number, epoch: string) =>
  world.registry.acknowledge([{ user: 'a', device, timeline, offset, epoch }]);
const cursors = (device: string) => world.admin.hgetall(world.keys.userDevice(world.keys.user('a'), device));

test('a device goes on behind what it acknowledged, and is told all of its cursors', async () => {
  const epoch = await appendMany(world, 6);
  await world.registry.acknowledge([
    { user: 'a', device: 'phone', timeline: 'user:a', offset: 4, epoch },
    { user: 'a', device: 'phone', timeline: 'group:g', offset: 9, epoch: '1.ab.cd' },
  ]);
  const opened = await open(world, 's1', { device: 'phone' });
  expect(opened).toMatchObject({ from: 4, unread: 6, reset: '' });
  expect(opened.entries.map(({ offset }) => offset)).toEqual([5, 6]);
  expect(opened.cursors).toEqual(expect.arrayContaining(['user:a', `4 ${epoch}`, 'group:g', '9 1.ab.cd']));
});

test('another device, and one without a name, begins with what is unread', async () => {
  const epoch = await appendMany(world, 6);
  await acknowledge('phone', 'user:a', 4, epoch);
  for (const device of ['web', '']) {
    expect(await open(world, `s${device}`, { device })).toMatchObject({ from: 0, cursors: [] });
  }
});

test('the position of the client goes before that of the device', async () => {
  const epoch = await appendMany(world, 6);
  await acknowledge('phone', 'user:a', 4, epoch);
  expect(await open(world, 's1', { device: 'phone', resume: `2 ${epoch}` })).toMatchObject({ from: 2 });
  expect(await open(world, 's2', { device: 'phone', resume: `5 ${epoch}` })).toMatchObject({ from: 5 });
  expect(await open(world, 's3', { device: 'phone', resume: `99 ${epoch}` })).toMatchObject({
    from: 6,
    reset: 'rolled_back',
  });
});

test('an acknowledgement that is older, or comes again, changes nothing', async () => {
  await known();
  await acknowledge('phone', 'all', 7, '2.ab.cd');
  for (const [offset, epoch] of [
    [6, '2.ab.cd'],
    [7, '2.ab.cd'],
    [99, '1.ff.cd'],
  ] as const) {
    await acknowledge('phone', 'all', offset, epoch);
    expect(await cursors('phone')).toEqual({ all: '7 2.ab.cd' });
  }
});

test('control: a newer one does, and a newer epoch goes before any offset', async () => {
  await known();
  await acknowledge('phone', 'all', 7, '2.ab.cd');
  await acknowledge('phone', 'all', 8, '2.ab.cd');
  expect(await cursors('phone')).toEqual({ all: '8 2.ab.cd' });
  await acknowledge('phone', 'all', 3, '10.ab.cd');
  expect(await cursors('phone')).toEqual({ all: '3 10.ab.cd' });
});

test('cursors of a device are kept for 30 days after its last use', async () => {
  await known();
  await acknowledge('phone', 'all', 1, '1.ab.cd');
  const left = await world.admin.pttl(world.keys.userDevice(world.keys.user('a'), 'phone'));
  expect(left).toBeGreaterThan(29 * 24 * 3600 * 1000);
  expect(left).toBeLessThanOrEqual(30 * 24 * 3600 * 1000);
});

test('of two histories that gave an epoch the same number, the one that is acknowledged now counts', async () => {
  await known();
  await acknowledge('phone', 'all', 7, '2.ab.cd');
  await acknowledge('phone', 'all', 3, '2.ff.cd');
  expect(await cursors('phone')).toEqual({ all: '3 2.ff.cd' });
});
