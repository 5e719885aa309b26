// The script of most messages: what it must have in common with timeline/append, and what a repeated call of ours does.
import { timelineAppendPlain } from '@fanfare/redis-scripts';
import { until } from '@fanfare/testing';
import { v7 as uuidv7 } from 'uuid';
import { append, redisWorld, retention } from './world.fixture.js';

const world = redisWorld();
const own = () => world.keys.user('a');
const messages = (count: number) => Array.from({ length: count }, () => ({ user: 'a', id: uuidv7() }));

async function appendPlain(items: readonly { user: string; id: string }[], { retry = false, cap = 2000 } = {}) {
  const { part, links, users, sessions } = own().home;
  const { answers, epoch } = await timelineAppendPlain(
    world.scripts,
    { part, links, users, sessions },
    { userCap: cap, age: retention.ageMs },
    items.map(({ user, id }) => {
      const { log, state } = world.keys.user(user);
      return { log, state, user, priority: 1, json: `{"id":"${id}","payload":1}` };
    }),
    { retry },
  );
  return { offsets: answers.map(({ offset }) => offset), answers, epoch };
}

test('stores what timeline/append stores', async () => {
  const [message] = messages(1);
  if (!message) throw new Error('one message');
  await appendPlain([message]);
  await append(world, own(), [{ timeline: 'user:a', id: message.id }]);
  const [plain = Buffer.of(), full = Buffer.of()] = await world.admin.lrangeBuffer(own().log, 0, -1);
  // After the time of storing and the priority.
  expect(plain.subarray(7)).toEqual(full.subarray(7));
  expect([plain[6], full[6]]).toEqual([1, 2]);
  expect(await world.admin.hget(own().state, 'head')).toBe('2');
});

test('the two scripts answer the same epoch', async () => {
  const { epoch, answers } = await appendPlain(messages(1));
  const [full] = await append(world, own(), [{ timeline: 'user:a' }]);
  expect(`${epoch}.${answers[0]?.since.toString(16)}`).toBe(full?.epoch);
});

test('a user who was not known becomes known, with a log that lives as long as is kept', async () => {
  await appendPlain(messages(1));
  expect(await world.admin.zscore(own().home.users, 'a')).not.toBeNull();
  expect(await world.admin.pttl(own().log)).toBeGreaterThan(retention.ageMs);
  expect(await world.admin.pttl(own().state)).toBeGreaterThan(retention.ageMs * 1.9);
});

test('a retry of an append that was executed finds its messages and adds nothing', async () => {
  const batch = messages(64);
  const first = await appendPlain(batch);
  const again = await appendPlain(batch, { retry: true });
  expect(again).toEqual(first);
  expect(await world.admin.llen(own().log)).toBe(64);
});

test('control: a repetition that is not marked as one doubles the message', async () => {
  const batch = messages(1);
  await appendPlain(batch);
  expect((await appendPlain(batch)).offsets).toEqual([2]);
});

test('a retry of an append that was not executed stores the messages, also of a user who was not known', async () => {
  expect((await appendPlain(messages(2), { retry: true })).offsets).toEqual([1, 2]);
});

test('the log is trimmed to its cap, the offsets go on', async () => {
  expect((await appendPlain(messages(12), { cap: 10 })).offsets.at(-1)).toBe(12);
  expect(await world.admin.llen(own().log)).toBe(10);
});

test('after Redis lost its tail the entry is written under the new epoch, with the fork noted', async () => {
  const { epoch } = await appendPlain(messages(2));
  await world.admin.hset(own().home.part, 'owner', '0'.repeat(40));
  expect((await appendPlain(messages(1))).offsets).toEqual([3]);
  const state = await world.admin.hgetall(own().state);
  expect(state).toMatchObject({ head: '3', forks: `${epoch}:2` });
  expect(state['epoch']).not.toBe(epoch);
});

test('nodes that hold a session of the user are told, once each, and counted', async () => {
  const { home } = own();
  await world.admin.hset(home.sessions, 'a', 's1\tnode1\t1\tphone\ns2\tnode2\t1\t\ns3\tnode1\t1\t');
  const subscriber = world.connection.subscriber();
  const heard: string[] = [];
  subscriber.on('smessageBuffer', (channel, message) => {
    heard.push(`${channel.toString().split('/').at(-1)} ${message.toString()}`);
  });
  await subscriber.subscribe(['node1', 'node2'].map((node) => world.keys.linkChannel(home, node)));
  const [message] = messages(1);
  const { epoch, answers } = await appendPlain([message ?? { user: 'a', id: '' }]);
  expect(answers).toMatchObject([{ offset: 1, reached: 2 }]);
  await until(() => heard.length === 2, { what: 'two publications' });
  const position = `1\t${epoch}.${answers[0]?.since.toString(16)}`;
  const text = `message\tuser:a\t${position}\t1\t0\n{"id":"${message?.id}","payload":1}`;
  expect(heard.sort()).toEqual(['node1', 'node2'].map((node) => `${node} ${epoch}\t1\t${text}`));
  subscriber.close();
});
