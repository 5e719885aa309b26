// Redis is killed under load and comes back without what was written last, as after a crash of its machine with
// `appendfsync everysec`. Every device that had seen of the lost tail is told by `reset`, connected or not, and gets what came
// instead under the same offsets; nobody else is told anything.
import { Memberships } from '@fanfare/groups';
import { connectRedis, Keyspace, type RedisConnection, ScriptCaller } from '@fanfare/redis-scripts';
import { Publisher } from '@fanfare/timelines';
import { FaultProxy, holds, startRedis, type ThrowawayRedis, until } from '@fanfare/testing';
import { GatewayRuntime } from '../node/gateway-runtime.js';
import { FakeTransport } from './sessions.fixture.js';

const settings = { leaseMs: 60_000, graceMs: 10_000, pingMs: 25_000, retentionAgeMs: 1e9 };
const timelines = ['user:a', 'group:g', 'all'] as const;
type Timeline = (typeof timelines)[number];
type Positions = Record<string, { offset: number; epoch: string }>;

let redis: ThrowawayRedis;
let admin: ReturnType<ThrowawayRedis['servers'][number]['connection']>;
let keys: Keyspace;
let gateway: Side & { runtime: GatewayRuntime };
let api: Side & { publisher: Publisher };

/** A service as far as Redis is concerned, and what keeps it from Redis. */
interface Side {
  readonly proxy: FaultProxy;
  readonly connection: RedisConnection;
  readonly scripts: ScriptCaller;
}

async function side(): Promise<Side> {
  const proxy = await FaultProxy.open({ port: redis.port });
  const connection = await connectRedis(`redis://127.0.0.1:${proxy.port}`);
  return { proxy, connection, scripts: new ScriptCaller(connection, { deadlineMs: 20_000 }) };
}
const server = () => {
  const [first] = redis.servers;
  if (!first) throw new Error('a started Redis has a server');
  return first;
};

beforeEach(async () => {
  redis = await startRedis({ mode: 'single', appendonly: 'everysec' });
  admin = server().connection();
  keys = new Keyspace('app', 4);
  const [forApi, forGateway] = [await side(), await side()];
  const retention = { userMessages: 1000, sharedMessages: 1000, ageMs: 1e9 };
  api = { ...forApi, publisher: new Publisher(forApi.scripts, keys, retention) };
  const runtime = new GatewayRuntime(forGateway.connection, forGateway.scripts, keys, settings);
  gateway = { ...forGateway, runtime };
  await new Memberships(api.scripts, keys).join('g', ['a', 'b']);
  await runtime.node.open();
});
afterEach(async () => {
  gateway.runtime.catchUp.close();
  await gateway.runtime.node.close();
  for (const { scripts, connection, proxy } of [gateway, api]) {
    scripts.close();
    connection.close();
    await proxy.close();
  }
  admin.disconnect();
  await redis.stop();
});

/** A device that is caught up. */
async function connect(user: string, resume: Positions = {}): Promise<FakeTransport> {
  const transport = new FakeTransport();
  const identity = { user, device: undefined, expiresAt: 0 };
  await gateway.runtime.sessions.connect(transport, identity, { resume }, () => undefined);
  await until(() => transport.sent.some(({ event }) => event === 'synced'), { what: 'synced' });
  return transport;
}
const timelinesOf = (user: string): Timeline[] => timelines.filter((name) => user === 'a' || name !== 'user:a');
const resets = ({ sent }: FakeTransport): unknown[] =>
  sent.filter(({ event }) => event === 'reset').map(({ data }) => [data['timeline'], data['reason']]);
const payloads = ({ sent }: FakeTransport, timeline: string): unknown[] =>
  sent
    .filter(({ event, data }) => event === 'message' && data['timeline'] === timeline)
    .map(({ data }) => (data['message'] as { payload: unknown }).payload);

async function publish(timeline: Timeline, payload: string) {
  const to = { 'user:a': { user: 'a' }, 'group:g': { group: 'g' }, all: { all: true } as const }[timeline];
  const { offset = 0, epoch = '' } = await api.publisher.publish({ to, payload });
  return { timeline, payload, offset, epoch };
}
const burst = (what: string, count: number) =>
  Promise.all(Array.from({ length: count }, (_, at) => publish(timelines[at % 3] ?? 'all', `${what} ${at}`)));
const positionsOf = (published: Awaited<ReturnType<typeof burst>>): Positions =>
  Object.fromEntries(published.map(({ timeline, offset, epoch }) => [timeline, { offset, epoch }]));

/** 30 messages that are on the disk, 60 that devices have seen, and some that are on their way when Redis is killed. */
async function loseTail(change: () => Promise<void> = () => Promise.resolve()) {
  const devices = { a: await connect('a'), again: await connect('a'), b: await connect('b') };
  const kept = await burst('kept', 30);
  const isWritten = async (): Promise<boolean> => (await admin.info('persistence')).includes('aof_buffer_length:0\r');
  await until(isWritten, { what: 'the log to hold them' });
  const length = server().tailLength;
  const lost = await burst('lost', 60);
  const has = (device: FakeTransport, user: string): boolean =>
    timelinesOf(user).every((name) => payloads(device, name).length === 30);
  await until(() => has(devices.a, 'a') && has(devices.again, 'a') && has(devices.b, 'b'), { what: 'all to come' });
  const onTheirWay = burst('instead', 60);
  for (const { proxy } of [gateway, api]) {
    proxy.refuse(true);
    proxy.cutAll();
  }
  admin.disconnect();
  await redis.kill();
  server().truncateTail(server().tailLength - length);
  await redis.restart();
  admin = server().connection();
  await change();
  api.proxy.refuse(false);
  const instead = await onTheirWay; // sent again
  gateway.proxy.refuse(false);
  return { devices, kept, lost, instead };
}

/** As if there were no fence: Redis's new history passes for the one that the partitions know. */
async function disableFence(): Promise<void> {
  const [, replid = ''] = /master_replid:(\S+)/.exec(await admin.info('replication')) ?? [];
  const homes = [0, 1, 2, 3].map((index) => keys.home(index));
  for (const { part } of [...homes, keys.all.home]) await admin.hset(part, 'owner', replid);
}

const everyReset = (user: string): unknown[] => timelinesOf(user).map((name) => [name, 'rolled_back']);
const instead = (timeline: Timeline): string[] =>
  Array.from({ length: 60 }, (_, at) => at)
    .filter((at) => timelines[at % 3] === timeline)
    .map((at) => `instead ${at}`);

test('every device that had seen of it gets reset, and then what came instead; who had not just goes on', async () => {
  const { devices, kept, lost, instead: published } = await loseTail();
  // Under offsets that were given out before, and another epoch.
  for (const timeline of timelines) {
    const offsets = (messages: typeof lost) =>
      messages.filter((one) => one.timeline === timeline).map((one) => one.offset);
    expect(offsets(published)).toEqual(offsets(lost));
  }
  for (const [user, device] of [
    ['a', devices.a],
    ['a', devices.again],
    ['b', devices.b],
  ] as const) {
    await until(() => resets(device).length === timelinesOf(user).length, { what: 'a reset of each' });
    expect(resets(device)).toEqual(expect.arrayContaining(everyReset(user)));
    for (const name of timelinesOf(user)) {
      await until(() => payloads(device, name).length === 50, { what: 'what came instead' });
      expect(payloads(device, name).slice(30)).toEqual(instead(name));
    }
  }
  const back = await connect('a', positionsOf(lost));
  expect(resets(back)).toEqual(expect.arrayContaining(everyReset('a')));
  const behind = await connect('a', positionsOf(kept));
  expect(resets(behind)).toEqual([]);
  for (const device of [back, behind])
    for (const name of timelines) expect(payloads(device, name)).toEqual(instead(name));
}, 60_000);

test('control: without the fence nobody is told, and what came instead reaches none of them', async () => {
  const { devices, lost } = await loseTail(disableFence);
  const back = await connect('a', positionsOf(lost));
  const all = [devices.a, devices.again, devices.b, back];
  const isSilent = (): boolean =>
    all.every(
      (device) =>
        resets(device).length === 0 && timelines.every((name) => !payloads(device, name).includes(instead(name)[0])),
    );
  await holds(isSilent, { what: 'silence', forMs: 1500 });
}, 60_000);
