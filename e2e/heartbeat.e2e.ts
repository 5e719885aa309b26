// A connection that went silent is found out by ping, and one that lives is left alone. Design: a ping comes 25 s after
// the last frame received, and after two without an answer the close code is 4408; here the 25 s are 0.5 s.
import { holds, until } from '@fanfare/testing';
import { publish } from './acts.js';
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

test('what the silent one did not acknowledge is there at the next connect', async () => {
  const alice = stage.name('alice');
  const timeline = `user:${alice}`;
  const client = await stage.connectSynced(alice, { device: 'phone', isSilent: true });
  client.pause();
  await publish(stage.api, { to: { user: alice }, payload: 'while nobody listened' });
  const isGone = async () => (await stage.api.presence([alice])).body.users[alice]?.devices === 0;
  await until(isGone, { what: 'the gateway to give up on the silent one', deadlineMs: 15_000 });
  const again = await stage.connectSynced(alice, { device: 'phone' });
  expect(again.messages(timeline).map(({ message }) => message.payload)).toEqual(['while nobody listened']);
});
