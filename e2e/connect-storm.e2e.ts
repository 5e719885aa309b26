// A storm of connects waits in a line that is bounded; who finds it full is told when to come back, and nobody else notices.
import { type ProtocolClient, until } from '@fanfare/testing';
import { publish } from './acts.js';
import { useStage } from './stage.js';

const line = 2;
/** Shorter than the pause: nobody is to be evicted for it. */
const leaseSeconds = 4;
const stage = useStage({
  env: {
    FANFARE_CONNECTS_AT_ONCE: '1',
    FANFARE_CONNECTS_WAITING: String(line),
    FANFARE_LEASE_SECONDS: String(leaseSeconds),
  },
});

/** Longer than a call's deadline of 5 s, and than the 5 s that a client has for its `connect`. */
const pauseMs = 6_500;

async function connecting(name: string): Promise<ProtocolClient> {
  const user = stage.name(name);
  const token = await stage.token(user);
  const client = await stage.openSocket();
  client.send('connect', { token });
  return client;
}

async function metric(name: string, [service] = stage.fanfare.gateways): Promise<number> {
  const page = await (await fetch(`${service?.url}/metrics`)).text();
  return Number(new RegExp(`^${name}(?:{[^}]*})? ([\\d.e+-]+)$`, 'm').exec(page)?.[1] ?? NaN);
}

const waiting = (count: number) =>
  until(async () => (await metric('fanfare_gateway_connects_waiting')) === count, { what: `${count} in line` });

test('while Redis does not answer connects wait; the one too many is told to come back, the others are served in order', async () => {
  const open = await stage.connectSynced(stage.name('open'));
  const admin = stage.redis.servers[0]?.connection();
  await admin?.client('PAUSE', pauseMs, 'ALL');
  admin?.disconnect();
  const first = await connecting('first');
  await until(async () => (await metric('fanfare_gateway_connects_opening')) === 1, { what: 'the first being opened' });
  const second = await connecting('second');
  await waiting(1);
  const leaver = await connecting('leaver');
  await waiting(2);

  const refused = await connecting('refused');
  const { data } = await refused.waitFor('reconnect');
  expect(data.afterMs).toBeGreaterThanOrEqual(1000);
  expect(data.afterMs).toBeLessThanOrEqual(10_000);
  expect((await refused.waitForClose()).code).toBe(4503);
  expect(await metric('fanfare_gateway_connects_refused')).toBe(1);

  leaver.terminate();
  await waiting(1);
  const third = await connecting('third'); // there is room again
  await waiting(2);

  // The first gave up with its call to Redis; the others waited for more than 5 s and are not closed for it.
  expect((await first.waitForClose(15_000)).code).toBe(4503);
  await second.waitFor('synced', undefined, 15_000);
  await third.waitFor('synced', undefined, 15_000);
  await waiting(0);
  expect(await metric('fanfare_gateway_connect_wait_seconds_sum')).toBeGreaterThan(4);
  await publish(stage.api, { to: { online: true }, payload: 'all well' });
  for (const client of [open, second, third]) await client.waitFor('message');
  // Redis was away for longer than the lease: the gateway kept it, and the session that was open is still registered.
  expect(await metric('fanfare_node_evictions_total', stage.fanfare.presences)).toBe(0);
  const { sessions } = (await stage.api.sessions(open.connected.user)).body;
  expect(sessions).toMatchObject([{ id: open.connected.session }]);
});

test('control: without a storm nobody waits and nobody is told to come back', async () => {
  const refusedBefore = await metric('fanfare_gateway_connects_refused');
  for (const name of ['a', 'b', 'c', 'd', 'e']) await stage.connectSynced(stage.name(name));
  expect(await metric('fanfare_gateway_connects_refused')).toBe(refusedBefore);
  expect(await metric('fanfare_gateway_connects_waiting')).toBe(0);
});
