// One incarnation after the other: a node that lost its lease takes a new id, and nothing is left under the old one.
import {
  connectRedis,
  Keyspace,
  nodeHoldings,
  type RedisConnection,
  ScriptCaller,
  type ScriptRunner,
} from '@fanfare/redis-scripts';
import { Evictor, Presence, SessionRegistry, Settler } from '@fanfare/roster';
import { startRedis, type ThrowawayRedis, until } from '@fanfare/testing';
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
const register = (user: string, id: string, which = 's') =>
  new SessionRegistry(scripts, keys, LEASE).open({
    user,
    session: `${which}-${user}`,
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

test('while Redis does not answer the lease is not given up: id and sessions stay', async () => {
  const { id } = node;
  const { session, transport } = newSession('a');
  hub.add(session);
  const answers = jest.spyOn(scripts, 'call').mockRejectedValue(new Error('Redis is away'));
  for (let seconds = 0; seconds < 20; seconds += 1) await expect(node.renew()).rejects.toThrow('Redis is away');
  answers.mockRestore();
  await node.renew();
  expect([node.id, node.isOpen, transport.closed]).toEqual([id, true, []]);
});

test('control: where no answer is taken for a lease that is gone, id and sessions are not kept', async () => {
  const { id } = node;
  const { session, transport } = newSession('a');
  hub.add(session);
  const answers = jest.spyOn(scripts, 'call').mockResolvedValueOnce({ status: 'LOST' });
  await node.renew();
  answers.mockRestore();
  await node.renew();
  expect([node.id === id, transport.closed]).toEqual([false, [1012]]);
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

describe('a node that goes on in the middle of its eviction', () => {
  const USERS = Array.from({ length: 200 }, (_, index) => `u${index}`);

  /** An eviction that is done with the partition of `late`, holds still in the others, and goes on when it is told to. */
  async function halfEvicted(beforeBurying: (id: string) => Promise<unknown> | undefined = () => undefined) {
    let finish: () => void = () => undefined;
    const goOn = new Promise<void>((resolve) => (finish = resolve));
    const { sessions } = keys.homeOf('user', 'late');
    const { id } = node;
    const halting: ScriptRunner = {
      call: async (script, all, args) => {
        if (script.name === 'session/evict' && !all.includes(sessions)) await goOn;
        if (script.name === 'node/bury') await beforeBurying(id);
        return scripts.call(script, all, args);
      },
    };
    evictor = new Evictor(halting, keys, { leaseMs: LEASE, graceMs: 0, clock: () => now });
    for (const user of USERS) await register(user, id);
    const evicting = sweepFor(LEASE + 2000);
    const holdings = keys.nodeHoldings(keys.homeOf('user', 'late'), id);
    const isEmpty = async () => (await nodeHoldings(scripts, { holdings }, { limit: 1 })).items.length === 0;
    await until(isEmpty, { what: 'the eviction to be half done' });
    return { id, finish: () => (finish(), evicting) };
  }

  /** How many of its users have a session, and how many are registered under that id. */
  async function registered(id: string) {
    const presence = Object.values(await new Presence(scripts, keys).query([...USERS, 'late']));
    const held = await Promise.all(
      keys.everyHome().map((home) => nodeHoldings(scripts, { holdings: keys.nodeHoldings(home, id) }, { limit: 500 })),
    );
    const devices = presence.reduce((sum, { devices: one }) => sum + one, 0);
    return { devices, held: held.flatMap(({ items }) => items).length };
  }

  test('registers its sessions under a new id; nothing of the old one is left, and nobody goes offline', async () => {
    const { id, finish } = await halfEvicted();
    const half = await registered(id);
    expect(half.held).toBeGreaterThan(0);
    expect(half.held).toBeLessThan(USERS.length);
    await register('late', id); // it does not know yet
    await node.renew();
    await node.renew();
    expect(node.id).not.toBe(id);
    for (const user of [...USERS, 'late']) await register(user, node.id, 'again');
    await finish();
    await evictor.sweep();
    expect(await registered(id)).toEqual({ devices: USERS.length + 1, held: 0 });
    expect(await registered(node.id)).toMatchObject({ held: USERS.length + 1 });
    const offline: string[] = [];
    await new Settler(scripts, keys).sweep((user) => void offline.push(user));
    expect(offline).toEqual([]);
  });

  test('control: an eviction that forgot it although it was removed again would leave behind who came meanwhile', async () => {
    const admin = redis.servers[0]?.connection();
    const forget = (id: string) => admin?.hdel(keys.deadNodes, id);
    const { id, finish } = await halfEvicted(forget);
    await register('late', id);
    await node.renew();
    await node.renew();
    await finish();
    await sweepFor(10 * LEASE);
    admin?.disconnect();
    expect(await registered(id)).toEqual({ devices: 1, held: 1 });
  });

  test('control: one that kept its id would leave behind whom it registered after their partition had been undone', async () => {
    const { id, finish } = await halfEvicted();
    await finish();
    await register('late', id);
    await sweepFor(10 * LEASE);
    expect(await registered(id)).toEqual({ devices: 1, held: 1 });
  });
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
