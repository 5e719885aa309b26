// Going offline takes a grace: until it is over every query says online, and whoever comes back has never been away.
import { sessionClose, sessionEvict, sessionSettle } from '@fanfare/redis-scripts';
import { holds, until } from '@fanfare/testing';
import { open, redisWorld } from './world.fixture.js';

const world = redisWorld();
const LONG = 60_000;

const close = (session: string, graceMs: number, user = 'a') => world.registry.close(user, session, 'n1', graceMs);
async function settle(): Promise<string[]> {
  const offline: string[] = [];
  const count = await world.settler.sweep((user) => void offline.push(user));
  expect(count).toBe(offline.length);
  return offline;
}
const isOnline = async (user = 'a') => (await world.presence.query([user]))[user]?.online;

test('until the grace is over the user is online, then announced once and offline', async () => {
  await open(world, 's1');
  await close('s1', 400);
  expect([await settle(), await isOnline()]).toEqual([[], true]);
  const told = await until(async () => (await settle()).join(), { what: 'the end of the grace' });
  expect([told, await isOnline()]).toEqual(['a', false]);
  expect(await settle()).toEqual([]);
  expect(await world.presence.query(['a'])).toMatchObject({ a: { online: false, devices: 0 } });
});

test('one who comes back within the grace is never announced, and online since the beginning', async () => {
  await open(world, 's1');
  const { a: before } = await world.presence.query(['a']);
  await close('s1', 300);
  expect((await open(world, 's2')).cameOnline).toBe(0);
  await holds(async () => (await settle()).length === 0, { what: 'nobody is announced', forMs: 600 });
  const { a: after } = await world.presence.query(['a']);
  expect([after?.online, after?.since]).toEqual([true, before?.since]);
});

test('control: without the grace a reload is two transitions: offline is announced, then online', async () => {
  await open(world, 's1');
  await close('s1', 0);
  expect(await settle()).toEqual(['a']);
  expect((await open(world, 's2')).cameOnline).toBe(1);
});

test('a grace begins when the last session closes, and does not begin again', async () => {
  for (const session of ['s1', 's2']) await open(world, session);
  await close('s1', 0);
  expect(await settle()).toEqual([]);
  await close('s2', 0);
  await close('s2', LONG);
  expect(await settle()).toEqual(['a']);
});

test('however many leave at once, each is announced once', async () => {
  const users = Array.from({ length: 400 }, (_, index) => `user${index}`);
  await Promise.all(users.map((user) => open(world, 's1', { user, limit: 0 })));
  await Promise.all(users.map((user) => close('s1', 0, user)));
  expect((await settle()).sort()).toEqual([...users].sort());
  expect(await settle()).toEqual([]);
  expect(await world.presence.countOnline()).toBe(0);
});

test('two who settle at once announce each user once', async () => {
  const users = Array.from({ length: 100 }, (_, index) => `user${index}`);
  await Promise.all(users.map((user) => open(world, 's1', { user, limit: 0 })));
  await Promise.all(users.map((user) => close('s1', 0, user)));
  const announced = await Promise.all([settle(), settle(), settle()]);
  expect(announced.flat().sort()).toEqual([...users].sort());
});

test('the scripts answer who is leaving, who went offline, and whether more are due', async () => {
  const { home, state } = world.keys.user('a');
  const { sessions, leaving, online } = home;
  const held = (node: string) => world.keys.nodeHoldings(world.keys.user('a').home, node);
  const closeOne = (session: string) =>
    sessionClose(
      world.scripts,
      { sessions, leaving, state, holdings: held('n1') },
      { user: 'a', session, node: 'n1', graceMs: 0 },
    );
  const evict = (node: string) =>
    sessionEvict(world.scripts, { sessions, leaving, holdings: held(node) }, { node, graceMs: 0 }, [{ user: 'a' }]);
  const settleOne = () => sessionSettle(world.scripts, { sessions, online, leaving }, { limit: 1 });
  for (const session of ['s1', 's2']) await open(world, session);
  await open(world, 's3', { node: 'n2' });
  expect(await closeOne('s1')).toEqual({ status: 'OK', leaving: 0 });
  expect(await evict('n2')).toEqual({ status: 'OK', leaving: 0 });
  expect(await evict('n2')).toEqual({ status: 'OK', leaving: 0 });
  expect(await evict('n1')).toEqual({ status: 'OK', leaving: 1 });
  expect(await closeOne('s2')).toEqual({ status: 'OK', leaving: 0 });
  expect(await settleOne()).toEqual({ status: 'OK', more: 1, offline: ['a'] });
  expect(await settleOne()).toEqual({ status: 'OK', more: 0, offline: [] });
});
