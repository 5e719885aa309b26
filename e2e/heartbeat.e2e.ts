// A connection that went silent is found out by ping, and one that lives is left alone. Design: a ping comes 25 s after
// the last frame received, and after two without an answer the close code is 4408; here the 25 s are 0.5 s.
import { FaultProxy, holds, ProtocolClient, until } from '@fanfare/testing';
import { payloads, publish, settle } from './acts.js';
import { useStage } from './stage.js';

const pingSeconds = 0.5;
const stage = useStage({ env: { FANFARE_PING_SECONDS: String(pingSeconds) } });

test('a client that never answers is closed with 4408 after two pings', async () => {
  const client = await stage.connectSynced(stage.name('silent'), { isSilent: true });
  expect(client.connected.pingSeconds).toBe(pingSeconds);
  const start = performance.now();
  const closed = await client.waitForClose(15_000);
  expect(closed.code).toBe(4408);
  expect(client.events('ping').length).toBe(2);
  expect(performance.now() - start).toBeGreaterThan(2 * pingSeconds * 1000 - 100);
});

test('a client that answers stays: the control of the one above', async () => {
  const client = await stage.connectSynced(stage.name('lively'));
  await until(() => client.events('ping').length >= 5, { what: 'five pings', deadlineMs: 15_000 });
  expect(client.isOpen).toBe(true);
});

test('whatever a client sends counts as an answer, and while it speaks it is not asked', async () => {
  const alice = stage.name('alice');
  await publish(stage.api, { to: { user: alice }, payload: 1 });
  const client = await stage.connectSynced(alice, { isSilent: true });
  const speaks = (): boolean => {
    client.ack({ [`user:${alice}`]: 1 });
    return client.isOpen;
  };
  await holds(speaks, { what: 'the client that speaks is open', forMs: 2_500, everyMs: 100 });
  expect(client.events('ping')).toEqual([]);
});

test('a cable that is pulled is found out, and what was not acknowledged is there at the next connect', async () => {
  const alice = stage.name('alice');
  const proxy = await FaultProxy.open({ port: stage.fanfare.gateways[0]?.port ?? 0 });
  const token = await stage.token(alice);
  const url = `ws://127.0.0.1:${proxy.port}/v1/connect`;
  const phone = await ProtocolClient.connect(url, { token, device: 'phone' });
  await publish(stage.api, { to: { user: alice }, payload: 'acknowledged' });
  await phone.waitForMessages(`user:${alice}`, 1);
  phone.ack({ [`user:${alice}`]: 1 });
  await settle(stage, phone);

  proxy.stall(); // no FIN, no RST: neither side is told
  await publish(stage.api, { to: { user: alice }, payload: 'on the cable' });
  const devices = async () => (await stage.api.presence([alice])).body.users[alice]?.devices;
  expect(await devices()).toBe(1); // the control: nothing but the heartbeat tells
  await until(async () => (await devices()) === 0, { what: 'the gateway to give the phone up', deadlineMs: 15_000 });
  expect(phone.isOpen).toBe(true); // nor does the phone know
  const again = await stage.connectSynced(alice, { device: 'phone' });
  expect(payloads(again)).toEqual(['on the cable']);
  phone.terminate();
  await proxy.close();
});
