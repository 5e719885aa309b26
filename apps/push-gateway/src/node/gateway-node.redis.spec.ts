// One incarnation after the other: a node that lost its lease takes a new id, and nothing is left under the old one.
import { connectRedis, Keyspace, type RedisConnection, ScriptCaller, type ScriptRunner } from '@fanfare/redis-scripts';
import { Evictor, Presence, SessionRegistry, Settler } from '@fanfare/roster';
import { startRedis, type ThrowawayRedis } from '@fanfare/testing';
import { SessionHub } from '../sessions/session-hub.js';
import { newSession } from '../sessions/sessions.fixture.js';
import { GatewayNode } from './gateway-node.js';

const LEASE = 60_000;

let redis: ThrowawayRedis;
let connection: RedisConnection;
let scripts: ScriptCaller;
let keys: Keyspace;
let hub: SessionHub;
let node: GatewayNode;
let evictor: Evictor;
let errors: string[];
let now = 0;
let apps = 0;

const noEvents = {
  onPublication: () => undefined,
  onGapFound: () => undefined,
  onGap: () => Promise.resolve(),
  onError: () => undefined,
};

beforeAll(async () => {
  redis = await startRedis({ mode: 'cluster' });
  connection = await connectRedis(redis.url);
  scripts = new ScriptCaller(connection);
});
beforeEach(async () => {
  keys = new Keyspace(`app${(apps += 1)}`, 2);
  hub = new SessionHub(keys);
  errors = [];
  node = new GatewayNode(connection, scripts, keys, hub, LEASE, {
    ...noEvents,
    onError: (what) => void errors.push(what),
  });
  evictor = new Evictor(scripts, keys, { leaseMs: LEASE, graceMs: 0, clock: () => now });
  await node.open();
});
afterEach(() => node.close());
afterAll(async () => {
  scripts.close();
  connection.close();
  await redis.stop();
});

/** Sweeps once a second for so long. */
async function sweepFor(ms: number): Promise<void> {
  for (const end = now + ms; now <= end; now += 1000) await evictor.sweep();
}
const register = (user: string, id: string) =>
  new SessionRegistry(scripts, keys, LEASE).open({
    user,
    session: `s-${user}`,
    node: id,
    device: '',
    resume: '',
    limit: 0,
  });
async function isOnline(user: string): Promise<boolean | undefined> {
  await evictor.sweep();
  await new Settler(scripts, keys).sweep(() => undefined);
  return (await new Presence(scripts, keys).query([user]))[user]?.online;
}

test('a lease that is renewed keeps the id', async () => {
  const { id } = node;
  await node.renew();
  expect([node.id, node.isOpen, errors]).toEqual([id, true, []]);
});

test('a session that comes while it is told that there is none is told after that', async () => {
  let release: () => void = () => undefined;
  let held = Promise.resolve();
  const slowly: ScriptRunner = {
    call: async (...args) => {
      const reply = await scripts.call(...args);
      if (args[0].name === 'node/renew') await held;
      return reply;
    },
  };
  const one = new GatewayNode(connection, slowly, keys, hub, LEASE, noEvents);
  await one.open();
  const { session } = newSession('a');
  hub.add(session);
  await one.renew();
  hub.remove(session);
  held = new Promise((resolve) => (release = resolve));
  const renewing = one.renew();
  hub.add(session);
  const reporting = one.reportSessions();
  release();
  await Promise.all([renewing, reporting]);
  const [server] = redis.servers;
  const admin = server?.connection();
  expect(await admin?.hget(keys.all.audience, one.id)).toMatch(/ 1$/);
  admin?.disconnect();
  await one.close();
});

test('a lease that was lost closes all sessions, and the next renewal begins a new id', async () => {
  const { id } = node;
  const { session, transport } = newSession('a');
  hub.add(session);
  await sweepFor(LEASE + 2000);
  await node.renew();
  expect([transport.closed, node.isOpen]).toEqual([[1012], false]);
  await node.renew();
  expect(node.isOpen).toBe(true);
  expect(node.id).not.toBe(id);
});

test('who was registered under the old id after it had been undone does not stay online', async () => {
  const { id } = node;
  await register('early', id);
  await sweepFor(LEASE + 2000);
  expect(await isOnline('early')).toBe(false);
  await register('late', id); // the process goes on and does not know yet
  expect(await isOnline('late')).toBe(true);
  await node.renew();
  await node.renew();
  expect(await isOnline('late')).toBe(false);
});

test('two renewals at once begin one new id', async () => {
  await sweepFor(LEASE + 2000);
  await node.renew();
  await Promise.all([node.renew(), node.renew()]);
  await expect(evictor.sweep()).resolves.toMatchObject({ alive: 1 });
});

test('a node that closes gives up its lease, and what it held is undone at once', async () => {
  await register('a', node.id);
  await node.close();
  expect(await isOnline('a')).toBe(false);
});
