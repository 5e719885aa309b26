// What a reconnect costs Redis, counted by Redis itself: one call in the user's partition, and none for the groups and
// `all` where the node holds what was missed. And that what is told from memory is what Redis would have told.
import { Memberships } from '@fanfare/groups';
import { connectRedis, Keyspace, type RedisConnection, ScriptCaller } from '@fanfare/redis-scripts';
import { Publisher, ReadCursors, Retractions } from '@fanfare/timelines';
import { startRedis, type ThrowawayRedis, until } from '@fanfare/testing';
import { GatewayRuntime } from '../node/gateway-runtime.js';
import type { Session } from './session.js';
import { FakeTransport } from './sessions.fixture.js';

const GROUPS = ['g1', 'g2', 'g3', 'g4', 'g5'];
const settings = { leaseMs: 60_000, graceMs: 10_000, pingMs: 25_000, retentionAgeMs: 1e9 };

let redis: ThrowawayRedis;
let connection: RedisConnection;
let scripts: ScriptCaller;
let admin: ReturnType<ThrowawayRedis['servers'][number]['connection']>;
let gateways: GatewayRuntime[];
let keys: Keyspace;
let memberships: Memberships;
let publisher: Publisher;
let apps = 0;

beforeAll(async () => {
  redis = await startRedis({ mode: 'cluster' });
  connection = await connectRedis(redis.url);
  scripts = new ScriptCaller(connection);
  const [server] = redis.servers;
  if (!server) throw new Error('a started Redis has a server');
  admin = server.connection();
});
beforeEach(() => {
  keys = new Keyspace(`app${(apps += 1)}`, 4);
  memberships = new Memberships(scripts, keys);
  publisher = new Publisher(scripts, keys, { userMessages: 1000, sharedMessages: 1000, ageMs: 1e9 });
  gateways = [];
});
afterEach(async () => {
  for (const { node, catchUp } of gateways) {
    catchUp.close();
    await node.close();
  }
});
afterAll(async () => {
  admin.disconnect();
  scripts.close();
  connection.close();
  await redis.stop();
});

async function gateway(): Promise<GatewayRuntime> {
  const runtime = new GatewayRuntime(connection, scripts, keys, settings);
  gateways.push(runtime);
  await runtime.node.open();
  return runtime;
}

type Positions = Record<string, { offset: number; epoch: string }>;

interface Status {
  readonly timeline: string;
  readonly epoch: string;
}

/** A device that connects and is caught up; `statuses` is what `connected` said. */
async function connect(runtime: GatewayRuntime, user: string, resume: Positions = {}) {
  const transport = new FakeTransport();
  let session: Session | undefined;
  const identity = { user, device: undefined, expiresAt: 0 };
  await runtime.sessions.connect(transport, identity, { resume }, (opened) => (session = opened));
  await until(() => transport.sent.some(({ event }) => event === 'synced'), { what: 'synced' });
  const connected = transport.sent.find(({ event }) => event === 'connected')?.data;
  const close = (): Promise<void> => (session ? runtime.sessions.close(session) : Promise.resolve());
  return { transport, close, statuses: connected?.['timelines'] as Status[] };
}

/** Script calls that Redis executed meanwhile. */
async function callsDuring(work: () => Promise<unknown>): Promise<number> {
  await admin.config('RESETSTAT');
  await work();
  const found = /cmdstat_evalsha:calls=(\d+)/.exec(await admin.info('commandstats'));
  return Number(found?.[1] ?? 0);
}

const publish = (to: string, payload: string | number, ttlSeconds?: number) =>
  publisher.publish({ to: to === 'all' ? { all: true } : { group: to }, payload, ...(ttlSeconds && { ttlSeconds }) });
const positionsOf = (statuses: readonly (Status & { head?: number })[], behind = 0): Positions =>
  Object.fromEntries(
    statuses.map(({ timeline, epoch, head = 0 }) => [timeline, { offset: Math.max(0, head - behind), epoch }]),
  );

/** A gateway on which somebody else is connected, so that it holds the groups; and `user`, known and away. */
async function away(user: string) {
  await Promise.all(GROUPS.map((group) => memberships.join(group, [user, 'stays'])));
  const runtime = await gateway();
  await (await connect(runtime, 'stays')).close(); // `all` is there from now on, and so is everybody's share of it
  await connect(runtime, 'stays');
  const first = await connect(runtime, user);
  await first.close();
  const missed = async (): Promise<void> => {
    for (const to of [...GROUPS, 'all']) for (const number of [1, 2, 3]) await publish(to, number);
    const held = () => runtime.publications.counts.messages >= 3 * (GROUPS.length + 1);
    await until(held, { what: 'the node to hold them' });
  };
  return { runtime, missed, resume: positionsOf(first.statuses) };
}

test('where the node holds what was missed in five groups and `all`: one call', async () => {
  const { runtime, missed, resume } = await away('u');
  await missed();
  let again: Awaited<ReturnType<typeof connect>> | undefined;
  const calls = await callsDuring(async () => (again = await connect(runtime, 'u', resume)));
  for (const name of [...GROUPS.map((group) => `group:${group}`), 'all']) {
    expect(again?.transport.offsets(name)).toEqual([1, 2, 3]);
  }
  expect(calls).toBe(1);
});

test('control: on a node that holds nothing of them it costs one call for each group and one for `all`, once', async () => {
  const { missed, resume } = await away('u');
  await missed();
  const other = await gateway();
  expect(await callsDuring(() => connect(other, 'u', resume))).toBeGreaterThanOrEqual(1 + GROUPS.length + 1);
  await memberships.join('g1', ['x']);
  // Whoever comes next, the node has learned: also those that it has never seen.
  expect(await callsDuring(() => connect(other, 'stays', resume))).toBe(1);
});

test('of many who come at once to a node that holds nothing, one asks for each group and for `all`', async () => {
  const users = Array.from({ length: 20 }, (_, index) => `u${index}`);
  for (const group of GROUPS) await memberships.join(group, users);
  const { missed, resume } = await away('u');
  const before = await gateway();
  for (const user of users) await (await connect(before, user)).close(); // their share of `all` is known from here on
  await missed();
  const other = await gateway();
  let all: Awaited<ReturnType<typeof connect>>[] = [];
  const together = async () => (all = await Promise.all(users.map((user) => connect(other, user, resume))));
  const andToldThatSomebodyIsThere = 1;
  expect(await callsDuring(together)).toBe(users.length + GROUPS.length + 1 + andToldThatSomebodyIsThere);
  for (const { transport } of all) {
    for (const name of [...GROUPS.map((group) => `group:${group}`), 'all']) {
      expect(transport.offsets(name)).toEqual([1, 2, 3]);
    }
  }
});

test('control: a group of which the node’s tail does not reach back far enough costs one call', async () => {
  const { runtime, missed, resume } = await away('u');
  await missed();
  for (let count = 0; count < 130; count += 1) await publish('g2', count);
  await until(() => runtime.publications.counts.messages >= 148, { what: 'the node to hold them' });
  expect(await callsDuring(() => connect(runtime, 'u', resume))).toBeGreaterThanOrEqual(2);
});

test('what is told from memory is what Redis tells, retracted, expired and individually read ones included', async () => {
  const { runtime, missed, resume } = await away('u');
  await missed();
  const second = await publish('g1', 'goes');
  await publish('g1', 'expires', 1);
  await publish('g1', 'stays');
  await new Retractions(scripts, keys).retract(second.id, 'group:g1');
  await new ReadCursors(scripts, keys).read('u', { timeline: 'group:g2', offsets: [2] });
  await new ReadCursors(scripts, keys).read('u', { timeline: 'group:g3', upTo: 3 });
  const unread = async (): Promise<unknown> => (await new ReadCursors(scripts, keys).unread('u')).timelines['group:g1'];
  await until(async () => (await unread()) === 4, { what: 'one of them to expire' });
  const here = await connect(runtime, 'u', resume);
  const asked = await connect(await gateway(), 'u', resume);
  expect(here.statuses).toEqual(asked.statuses);
  expect(here.transport.offsets('group:g1')).toEqual(asked.transport.offsets('group:g1'));
  expect(here.transport.offsets('group:g1')).toEqual([1, 2, 3, 6]);
});

test('trimmed by number: what is unread from memory is what Redis says', async () => {
  await memberships.join('g1', ['u', 'stays']);
  const few = new Publisher(scripts, keys, { userMessages: 4, sharedMessages: 4, ageMs: 1e9 });
  const runtime = await gateway();
  await connect(runtime, 'stays');
  const first = await connect(runtime, 'u');
  await first.close();
  for (let count = 0; count < 9; count += 1) await few.publish({ to: { group: 'g1' }, payload: count });
  await until(() => runtime.publications.counts.messages >= 9, { what: 'the node to hold them' });
  const epoch = first.statuses.find(({ timeline }) => timeline === 'group:g1')?.epoch ?? '';
  const resume = { 'group:g1': { offset: 7, epoch } };
  const here = await connect(runtime, 'u', resume);
  expect(here.statuses).toContainEqual(expect.objectContaining({ timeline: 'group:g1', unread: 4, from: 7 }));
  expect(here.statuses).toEqual((await connect(await gateway(), 'u', resume)).statuses);
});

test('who left while away is not let in from memory, also where the user’s side still lists the group', async () => {
  const { runtime, missed, resume } = await away('u');
  await missed();
  const entry = await admin.hget(keys.userGroups(keys.user('u')), 'g1');
  await memberships.leave('g1', ['u']);
  await admin.hset(keys.userGroups(keys.user('u')), 'g1', entry ?? ''); // as if that step were still to come
  const again = await connect(runtime, 'u', resume);
  expect(again.transport.offsets('group:g1')).toEqual([]);
  expect(again.statuses.map(({ timeline }) => timeline)).not.toContain('group:g1');
  expect(again.transport.offsets('group:g2')).toEqual([1, 2, 3]);
});

test('a leaving from before the node followed the group: those who joined earlier are asked for, others are not', async () => {
  await memberships.join('g1', ['u', 'gone', 'stays']);
  const entry = await admin.hget(keys.userGroups(keys.user('gone')), 'g1');
  await memberships.leave('g1', ['gone']);
  await memberships.join('g1', ['late']);
  await admin.hset(keys.userGroups(keys.user('gone')), 'g1', entry ?? '');
  const runtime = await gateway();
  await connect(runtime, 'stays');
  for (const user of ['u', 'late']) await (await connect(runtime, user)).close(); // their share of `all` is known
  const gone = await connect(runtime, 'gone');
  expect(gone.statuses.map(({ timeline }) => timeline)).not.toContain('group:g1');
  expect(await callsDuring(() => connect(runtime, 'late'))).toBe(1);
  expect(await callsDuring(() => connect(runtime, 'u'))).toBe(1); // it was confirmed when it was here before
});

test('of who has to be confirmed Redis says that they are a member, and the messages come from memory', async () => {
  const { missed, resume } = await away('u');
  await memberships.join('g1', ['gone']);
  await memberships.leave('g1', ['gone']);
  await publish('g1', 'x'.repeat(30_000));
  await missed();
  const runtime = await gateway();
  await connect(runtime, 'stays', resume);
  const sent = async () => Number(/total_net_output_bytes:(\d+)/.exec(await admin.info('stats'))?.[1]);
  const before = await sent();
  const again = await connect(runtime, 'u', resume);
  expect(again.transport.offsets('group:g1')).toEqual([1, 2, 3, 4]);
  expect((await sent()) - before).toBeLessThan(25_000);
});

test('control: what the link may have missed is forgotten, and Redis is asked again', async () => {
  const { runtime, missed, resume } = await away('u');
  await missed();
  for (const timeline of runtime.hub.timelines.values()) timeline.forgetTail();
  expect(await callsDuring(() => connect(runtime, 'u', resume))).toBe(1 + GROUPS.length + 1);
});
