// A chunk of a list: many timelines of one partition in one call, with everything that a single append does for each.
import { type Keyspace, type ScriptRunner, timelineAppendMany } from '@fanfare/redis-scripts';
import { until } from '@fanfare/testing';
import { messageBytes } from './entry.js';
import { ListAppender, usersPerChunk } from './list-appender.js';
import { newMessageId } from './message-id.js';
import { append, knowUser, publishMany, redisWorld, retention, toUser } from './world.fixture.js';

const world = redisWorld();

/** Users of partition 3, that there are enough of. */
function usersOf(keys: Keyspace, count: number, partition = 3): string[] {
  const users: string[] = [];
  for (let number = 0; users.length < count; number += 1) {
    const user = `user${number}`;
    if (keys.homeOf('user', user).index === partition) users.push(user);
  }
  return users;
}

const messageOf = (fields: { payload?: number; expiresAt?: number; from?: string } = {}) => {
  const { payload = 1, expiresAt = 0, from } = fields;
  const json = Buffer.from(`{"id":"${newMessageId()}","payload":${payload}}`);
  return { priority: 2, expiresAt, from, json };
};
const chunkOf = (users: string[], index = 0, job = 'job1') => ({ job, index, partition: 3, users });
const appender = (scripts: ScriptRunner = world.scripts) => new ListAppender(scripts, world.keys, retention);

async function payloads(user: string): Promise<unknown[]> {
  const entries = await world.admin.lrangeBuffer(world.keys.user(user).log, 0, -1);
  return entries.map((entry) => (JSON.parse(messageBytes(entry).toString()) as { payload: unknown }).payload);
}

test('every user of the chunk has the entry, in order with messages of their own, and is known', async () => {
  const users = usersOf(world.keys, 100);
  const [first = '', last = ''] = [users[0], users.at(-1)];
  await publishMany(world, toUser(first), 2);
  expect(await appender().append(chunkOf(users), messageOf({ payload: 9 }))).toBe(true);
  const after = await world.publisher.publish({ to: toUser(first), payload: 3 });
  expect([await payloads(first), await payloads(last), after.offset]).toEqual([[1, 2, 9, 3], [9], 4]);
  expect(await world.admin.zcard(world.keys.home(3).users)).toBe(users.length);
});

test('a chunk that has run changes nothing, whatever ran since; another chunk of the job does', async () => {
  const users = usersOf(world.keys, 10);
  const message = messageOf();
  expect(await appender().append(chunkOf(users), message)).toBe(true);
  await publishMany(world, toUser(users[0] ?? ''), 1);
  expect(await appender().append(chunkOf(users), message)).toBe(false);
  expect(await appender().append(chunkOf(users, 1), message)).toBe(true);
  expect(await world.admin.llen(world.keys.user(users[0] ?? '').log)).toBe(3);
  expect(await world.admin.llen(world.keys.user(users[1] ?? '').log)).toBe(2);
  const marker = world.keys.chunkMarker(world.keys.home(3), 'job1', 0);
  expect(await world.admin.pttl(marker)).toBeGreaterThan(3600_000);
});

test('a log is trimmed to its cap, and what has an expiry of its own is noted', async () => {
  const [user = ''] = usersOf(world.keys, 1);
  const short = new ListAppender(world.scripts, world.keys, { ...retention, userMessages: 3 });
  const expiresAt = Date.now() + 60_000;
  for (let index = 0; index < 5; index += 1) {
    await short.append(chunkOf([user], index), messageOf({ payload: index, expiresAt }));
  }
  expect(await payloads(user)).toEqual([2, 3, 4]);
  expect(await world.admin.zscore(world.keys.user(user).ttl, '5')).toBe(String(expiresAt));
  expect(await world.admin.pttl(world.keys.user(user).log)).toBeGreaterThan(0);
});

test("the sender's own entry does not count as unread for them, also where the chunk had run before", async () => {
  const users = usersOf(world.keys, 3);
  const [sender = '', other = ''] = users;
  for (const user of users) await knowUser(world, user);
  const message = messageOf({ from: sender });
  const dies: ScriptRunner = {
    call: (script, ...rest) =>
      script.name === 'user/own' ? Promise.reject(new Error('killed')) : world.scripts.call(script, ...rest),
  };
  await expect(appender(dies).append(chunkOf(users), message)).rejects.toThrow('killed');
  expect(await appender().append(chunkOf(users), message)).toBe(false);
  expect((await world.cursors.unread(sender)).total).toBe(0);
  expect((await world.cursors.unread(other)).total).toBe(1);
});

test('a node hears of all its users at once, with the body once; others do not hear of it', async () => {
  const users = usersOf(world.keys, 4);
  const [first = '', second = '', third = ''] = users;
  const home = world.keys.home(3);
  await world.admin.hset(home.sessions, first, 's1\tnode1\t1\tphone\ns2\tnode2\t1\t', second, 's3\tnode1\t1\t');
  await world.admin.hset(home.sessions, third, 's4\tnode3\t1\t');
  const subscriber = world.connection.subscriber();
  const heard: string[] = [];
  subscriber.on('smessageBuffer', (channel, message) => {
    heard.push(`${channel.toString().split('/').at(-1)}\n${message.toString()}`);
  });
  await subscriber.subscribe(['node1', 'node2', 'node3'].map((node) => world.keys.linkChannel(home, node)));
  const message = messageOf({ expiresAt: 2e12 });
  const reply = await timelineAppendMany(
    world.scripts,
    { ...home, marker: world.keys.chunkMarker(home, 'job1', 0) },
    { userCap: 10, age: 60_000, priority: 0, expires: 2e12, from: '', markerMs: 1000, json: message.json },
    [first, second, users[3] ?? ''].map((user) => {
      const { log, state, ttl } = world.keys.user(user);
      return { log, state, ttl, user };
    }),
  );
  expect(reply).toEqual({ status: 'OK', reached: 2, own: '' });
  await until(() => heard.length === 2, { what: 'two publications' });
  const epoch = await world.admin.hget(home.part, 'epoch');
  const since = await world.admin.hget(world.keys.user(first).state, 'since');
  expect(await world.admin.zrange(world.keys.user(second).ttl, '0', '-1', 'WITHSCORES')).toEqual([
    '1',
    '2000000000000',
  ]);
  const position = `1\t${since}`;
  const block = `${first}\t${position}\n${second}\t${position}`;
  const head = (size: number) => `${epoch}\t1\tlist\t0\t2000000000000\t${size}`;
  expect(heard.sort()).toEqual([
    `node1\n${head(block.length)}\n${block}${message.json.toString()}`,
    `node2\n${head(block.split('\n')[0]?.length ?? 0)}\n${first}\t${position}${message.json.toString()}`,
  ]);
  subscriber.close();
});

test('after Redis lost its tail the entry is written under the new epoch, with the fork noted', async () => {
  const [user = ''] = usersOf(world.keys, 1);
  const own = world.keys.user(user);
  await append(world, own, [{ timeline: `user:${user}` }, { timeline: `user:${user}` }]);
  const before = await world.admin.hget(own.state, 'epoch');
  await world.admin.hset(own.home.part, 'owner', '0'.repeat(40));
  await appender().append(chunkOf([user]), messageOf());
  const { head, epoch, forks } = await world.admin.hgetall(own.state);
  expect(head).toBe('3');
  expect(epoch).not.toBe(before);
  expect(forks).toBe(`${before}:2`);
});

test('a chunk holds 128 users, or so few that their entries are 256 KiB', () => {
  expect([usersPerChunk(100), usersPerChunk(2048), usersPerChunk(64 * 1024), usersPerChunk(1e6)]).toEqual([
    128, 128, 4, 1,
  ]);
});
