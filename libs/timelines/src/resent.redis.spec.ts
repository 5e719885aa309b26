// The connection is cut after Redis stored a message and before it said so. The call is sent again by itself, and the
// message is there once, under the id and the position that the caller is told, with an idempotency key and without.
import type { DirectRequest } from '@fanfare/contracts';
import type { ScriptRunner } from '@fanfare/redis-scripts';
import { FaultProxy } from '@fanfare/testing';
import { ListAppender } from './list-appender.js';
import { newMessageId } from './message-id.js';
import { Publisher } from './publisher.js';
import {
  connect,
  publishMany,
  putGroup,
  redisWorld,
  retention,
  toAll,
  toGroup,
  type Tools,
  toUser,
  useNewApp,
} from './world.fixture.js';

const world = redisWorld({ mode: 'single' });
/** The same keys, reached through the proxy. */
const faulty = {} as Tools;
let proxy: FaultProxy;

beforeEach(async () => {
  proxy = await FaultProxy.open({ port: world.redis.port });
  await connect(faulty, `redis://127.0.0.1:${proxy.port}`);
  useNewApp(faulty);
  world.keys = faulty.keys;
  await putGroup(faulty, 'g');
});
afterEach(async () => {
  faulty.scripts.close();
  faulty.connection.close();
  await proxy.close();
});

/** Resolves when the reply to the next call that holds the needle was swallowed. */
const cutOnce = (needle: string): Promise<void> => new Promise((resolve) => proxy.cutReplyOf(needle, 1, resolve));

/** As if our own repetitions were not marked as such. */
const unmarked: ScriptRunner = {
  call: (script, keys, args, options) => faulty.scripts.call({ ...script, retryIndex: -1 }, keys, args, options),
};

const logOf = (to: DirectRequest['to']): string => {
  if ('user' in to) return faulty.keys.user(to.user).log;
  return 'group' in to ? faulty.keys.group(to.group).log : faulty.keys.all.log;
};

async function publishCut(publisher: Publisher, request: DirectRequest) {
  const cut = cutOnce('the needle');
  const answer = await publisher.publish({ ...request, payload: 'the needle' });
  await cut;
  return { answer, stored: await world.admin.llen(logOf(request.to)) };
}

const plain = { payload: 'the needle' };
const cases: [string, DirectRequest][] = [
  ['a user', { ...plain, to: toUser('a') }],
  ['a user, with an expiry', { ...plain, to: toUser('a'), ttlSeconds: 60 }],
  ['a user, with a key', { ...plain, to: toUser('a'), idempotencyKey: 'k' }],
  ['a group', { ...plain, to: toGroup('g') }],
  ['a group, with a key', { ...plain, to: toGroup('g'), idempotencyKey: 'k' }],
  ['everyone', { ...plain, to: toAll }],
];

test.each(cases)('a message to %s is there once, and the answer is that of a first time', async (_, request) => {
  await publishMany(faulty, request.to, 3);
  const { answer, stored } = await publishCut(faulty.publisher, request);
  expect(stored).toBe(4);
  expect(answer).toMatchObject({ state: 'published', offset: 4 });
  expect(answer).not.toHaveProperty('duplicate');
  const [newest] = await world.admin.lrange(logOf(request.to), -1, -1);
  expect(newest).toContain(answer.id);
  if (request.idempotencyKey === undefined) return;
  // The caller, too, may not have heard of it and ask again.
  await expect(faulty.publisher.publish(request)).resolves.toEqual({ ...answer, duplicate: true });
  expect(await world.admin.llen(logOf(request.to))).toBe(4);
});

test.each(cases.filter(([, { idempotencyKey }]) => idempotencyKey === undefined))(
  'control: to %s, sent again without being marked, it is there twice',
  async (_, request) => {
    const { stored } = await publishCut(new Publisher(unmarked, faulty.keys, retention), request);
    expect(stored).toBe(2);
  },
);

test('several in one call are there once, in order, each with its own answer', async () => {
  const cut = cutOnce('needle 3');
  const answers = await Promise.all(
    [1, 2, 3, 4].map((number) => faulty.publisher.publish({ to: toUser('a'), payload: `needle ${number}` })),
  );
  await cut;
  expect(answers.map(({ offset }) => offset)).toEqual([1, 2, 3, 4]);
  expect(await world.admin.llen(logOf(toUser('a')))).toBe(4);
});

test('a chunk of a list is carried out once for each of its users', async () => {
  const users = Array.from({ length: 500 }, (_, index) => `user${index}`);
  const chunk = users.filter((user) => faulty.keys.homeOf('user', user).index === 3);
  const json = Buffer.from(`{"id":"${newMessageId()}","payload":"the needle"}`);
  const cut = cutOnce('the needle');
  const message = { priority: 2, expiresAt: 0, from: undefined, json };
  const appender = new ListAppender(faulty.scripts, faulty.keys, retention);
  await appender.append({ job: 'job1', index: 0, partition: 3, users: chunk }, message);
  await cut;
  const lengths = await Promise.all(chunk.map((user) => world.admin.llen(faulty.keys.user(user).log)));
  expect(new Set(lengths)).toEqual(new Set([1]));
});
