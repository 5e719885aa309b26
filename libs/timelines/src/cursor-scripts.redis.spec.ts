// The scripts behind a user's cursors, answer by answer.
import { userCursors, userOwn, userRead, type UserReadArgs, userSeen } from '@fanfare/redis-scripts';
import { until } from '@fanfare/testing';
import { joinGroup, knowUser, redisWorld } from './world.fixture.js';

const world = redisWorld();
const OWN = 'user:a';

const read = (args: Partial<UserReadArgs>) => {
  const keys = world.keys.user('a');
  const { part, links, sessions } = keys.home;
  const groups = world.keys.userGroups(keys);
  const seen = world.keys.userSeen(keys, args.timeline ?? OWN);
  const whole = { user: 'a', timeline: OWN, field: 'read', group: '', expected: '', offset: 1, epoch: '1.a.2' };
  return userRead(
    world.scripts,
    { part, links, sessions, state: keys.state, groups, seen, kept: world.keys.userKept(keys) },
    { ...whole, offsets: '', unread: 0, except: '', ...args },
  );
};

test('user/read sets the cursor where it is still the expected one, and is CHANGED where it is not', async () => {
  await knowUser(world, 'a');
  await expect(read({ offset: 3 })).resolves.toEqual({ status: 'OK' });
  await expect(read({ offset: 4 })).resolves.toEqual({ status: 'CHANGED' });
  await expect(read({ offset: 4, expected: '3 1.a.2' })).resolves.toEqual({ status: 'OK' });
  expect(await world.admin.hget(world.keys.user('a').state, 'read')).toBe('4 1.a.2');
});

test('user/read is NOT_MEMBER for a group that the user is not in', async () => {
  const args = { timeline: 'group:g', field: '', group: 'g' };
  await expect(read(args)).resolves.toEqual({ status: 'NOT_MEMBER' });
});

test('user/read tells each node that holds a session of the user once, with the count', async () => {
  await knowUser(world, 'a');
  const { home } = world.keys.user('a');
  const lines = ['s1\tn1\t1\tphone', 's2\tn1\t2\t', 's3\tn2\t3\tweb'].join('\n');
  await world.admin.hset(home.sessions, 'a', lines);
  const subscriber = world.connection.subscriber();
  const told: string[] = [];
  subscriber.on('smessageBuffer', (_, message) => told.push(message.toString().split('\t').slice(1).join(' ').trim()));
  await subscriber.subscribe(['n1', 'n2', 'n3'].map((node) => world.keys.linkChannel(home, node)));
  await read({ offset: 7, unread: 2, except: 's1' });
  await until(() => told.length === 2, { what: 'both nodes to be told' });
  expect(told).toEqual(['1 read a user:a 7 2 s1', '1 read a user:a 7 2 s1']);
  await read({ offset: 8, expected: '7 1.a.2', unread: -1 });
  expect(await world.admin.hgetall(home.links)).toEqual({ n1: '1', n2: '1' });
  subscriber.close();
});

const own = (group: string, offset: number, timeline: string) => {
  const keys = world.keys.user('a');
  const [groups, seen] = [world.keys.userGroups(keys), world.keys.userSeen(keys, timeline)];
  return userOwn(
    world.scripts,
    { state: keys.state, groups, seen, kept: world.keys.userKept(keys) },
    { group, offset, epoch: '1.a.2' },
  );
};
const seenIn = async (...timelines: string[]) => {
  const keys = world.keys.user('a');
  const items = timelines.map((timeline) => ({ seen: world.keys.userSeen(keys, timeline) }));
  return (await userSeen(world.scripts, items)).offsets;
};

test('user/own is UNKNOWN for an unknown user, and for one who is not in the group', async () => {
  await expect(own('', 1, 'all')).resolves.toEqual({ status: 'UNKNOWN' });
  await knowUser(world, 'a');
  await expect(own('', 1, 'all')).resolves.toEqual({ status: 'OK' });
  await expect(own('g', 1, 'group:g')).resolves.toEqual({ status: 'UNKNOWN' });
  await joinGroup(world, 'g', 'a');
  await expect(own('g', 1, 'group:g')).resolves.toEqual({ status: 'OK' });
});

test('an offset noted again, under another epoch too, is there once', async () => {
  await knowUser(world, 'a');
  for (const offset of [7, 3, 7]) await own('', offset, 'all');
  await read({ timeline: 'all', field: 'all', offset: 2, epoch: '2.b.2', offsets: '3,9' });
  expect(await seenIn('all', OWN)).toEqual(['3@2.b.2,7@1.a.2,9@2.b.2', '']);
});

test('user/cursors is UNKNOWN for an unknown user, and answers what is stored for a known one', async () => {
  const keys = world.keys.user('a');
  const [seenUser, seenAll] = [world.keys.userSeen(keys, OWN), world.keys.userSeen(keys, 'all')];
  const cursors = () =>
    userCursors(world.scripts, { state: keys.state, groups: world.keys.userGroups(keys), seenUser, seenAll });
  await expect(cursors()).resolves.toEqual({ status: 'UNKNOWN' });
  await joinGroup(world, 'g', 'a');
  await read({ offset: 4 });
  await own('', 9, 'all');
  const groups = ['g', expect.stringMatching(/^\d+ 0 \S+ 0 \S+ 0$/) as string];
  const stored = { read: '4 1.a.2', all: '', allFloor: '', groups, seenUser: [], seenAll: ['9@1.a.2'] };
  await expect(cursors()).resolves.toMatchObject({ status: 'OK', ...stored });
});
