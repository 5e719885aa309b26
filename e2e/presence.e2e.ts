// Who is online: counted in sessions, over all gateways, with a grace before anybody is called offline. Always with two
// gateways, because one of them is killed here. Lease and grace are shorter than their defaults of 15 s and 10 s.
import { holds, until } from '@fanfare/testing';
import { makeGroup, payloads, publish, range } from './acts.js';
import { useStage } from './stage.js';

const leaseMs = 3_000;
const graceMs = 3_000;
const stage = useStage({
  gateways: 2,
  env: { FANFARE_LEASE_SECONDS: String(leaseMs / 1000), FANFARE_GRACE_SECONDS: String(graceMs / 1000) },
});

/** A lease is seen to lapse, the grace passes; looks are a second apart, and the machine may be busy. */
const evictionMs = leaseMs + graceMs + 6_000;

async function presenceOf(user: string) {
  const answer = await stage.api.presence([user]);
  expect(answer.status).toBe(200);
  return answer.body.users[user];
}

async function isOnline(user: string): Promise<boolean> {
  return (await presenceOf(user))?.online ?? false;
}

async function onlineIds(limit = 100): Promise<string[]> {
  const found: string[] = [];
  let cursor: string | null | undefined;
  do {
    const { status, body } = await stage.api.online({ limit, ...(cursor && { cursor }) });
    expect(status).toBe(200);
    found.push(...body.users.map(({ id }) => id));
    cursor = body.cursor;
  } while (cursor);
  return found;
}

test('the list names everybody who is online, page by page, each once, and nobody else', async () => {
  const users = range(1, 12).map((number) => stage.name(`on${number}`));
  const offline = stage.name('off');
  await stage.api.putUser(offline);
  const before = Date.now();
  for (const user of users) await stage.connectSynced(user);
  await stage.connectSynced(users[0] ?? '');
  const found = await onlineIds(5);
  expect(found.filter((id) => users.includes(id)).sort()).toEqual([...users].sort());
  expect(found).not.toContain(offline);
  const { body } = await stage.api.online({ limit: 1000 });
  expect(body.total).toBeGreaterThanOrEqual(users.length);
  for (const { id, since } of body.users.filter((entry) => users.includes(entry.id))) {
    expect([id, since >= before - 5 && since <= Date.now() + 5]).toEqual([id, true]);
  }
});

test('a query tells of many at once, known or not', async () => {
  const [here, away, unknown] = [stage.name('here'), stage.name('away'), stage.name('unknown')];
  await stage.api.putUser(away);
  await stage.connectSynced(here, { device: 'phone' });
  await stage.connectSynced(here, { device: 'laptop' });
  const { status, body } = await stage.api.presence([here, away, unknown, here]);
  expect(status).toBe(200);
  expect(Object.keys(body.users).sort()).toEqual([here, away, unknown].sort());
  expect(body.users[here]).toMatchObject({ online: true, devices: 2, since: expect.any(Number) as number });
  expect(body.users[away]).toMatchObject({ online: false, devices: 0 });
  expect(body.users[unknown]).toMatchObject({ online: false, devices: 0 });
});

test('one of two devices dies: the user stays online; the other dies too: offline, but not before the grace is over', async () => {
  const alice = stage.name('alice');
  const [phone, laptop] = [
    await stage.connectSynced(alice, { gateway: 0 }),
    await stage.connectSynced(alice, { gateway: 1 }),
  ];
  const { since } = (await presenceOf(alice)) ?? {};
  phone.terminate();
  await until(async () => (await presenceOf(alice))?.devices === 1, { what: 'one device to be left' });
  await holds(() => isOnline(alice), { what: 'alice is online by her laptop', forMs: graceMs + 2_000, everyMs: 500 });
  expect((await presenceOf(alice))?.since).toBe(since);

  const diedAt = performance.now();
  laptop.terminate();
  await until(async () => (await presenceOf(alice))?.devices === 0, { what: 'no device to be left' });
  expect(await isOnline(alice)).toBe(true);
  await until(async () => !(await isOnline(alice)), {
    what: 'alice to be offline',
    deadlineMs: evictionMs,
    everyMs: 200,
  });
  expect(performance.now() - diedAt).toBeGreaterThan(graceMs - 1_000);
  expect(await onlineIds()).not.toContain(alice);
  expect((await presenceOf(alice))?.lastSeen).toEqual(expect.any(Number));
});

test('a page reload is no transition: the same since as before', async () => {
  const alice = stage.name('alice');
  let page = await stage.connectSynced(alice);
  const { since } = (await presenceOf(alice)) ?? {};
  expect(since).toEqual(expect.any(Number));
  for (let reload = 0; reload < 2; reload++) {
    page.terminate();
    await until(async () => (await presenceOf(alice))?.devices === 0, { what: 'the old page to be gone' });
    await holds(() => isOnline(alice), { what: 'alice is online without a page', forMs: graceMs / 2 });
    page = await stage.connectSynced(alice);
    expect(await presenceOf(alice)).toMatchObject({ online: true, since, devices: 1 });
  }
});

test('of a group it names the members who are online, each once, over all gateways', async () => {
  const group = stage.name('eng');
  const [ann, ben, cid] = [stage.name('ann'), stage.name('ben'), stage.name('cid')];
  for (const user of [ann, ben, cid]) await stage.api.join(group, user);
  await stage.connectSynced(ann, { gateway: 0 });
  await stage.connectSynced(ann, { gateway: 1 });
  const client = await stage.connectSynced(ben);
  await stage.connectSynced(stage.name('stranger'));
  const online = async (query = {}) => {
    const { status, body } = await stage.api.groupPresence(group, query);
    expect(status).toBe(200);
    return { ...body, users: body.users.map(({ id }) => id) };
  };
  expect(await online()).toEqual({ online: 2, users: [ann, ben], cursor: null });
  const first = await online({ limit: 1 });
  expect([first.online, first.users]).toEqual([2, [ann]]);
  expect(await online({ limit: 1, cursor: first.cursor })).toMatchObject({ users: [ben] });
  await stage.api.leave(group, ben);
  await client.waitFor('membership', ({ state }) => state === 'left');
  expect(await online()).toEqual({ online: 1, users: [ann], cursor: null });
  const unknown = await stage.api.groupPresence(stage.name('nothing'));
  expect(unknown).toMatchObject({ status: 404, body: { code: 'group_unknown' } });
});

test('a gateway is stopped for longer than its lease and goes on: its sessions come back under a new node id with nothing lost', async () => {
  const [alice, group] = [stage.name('alice'), stage.name('eng')];
  await makeGroup(stage.api, group, alice);
  const sessions = async () => (await stage.api.sessions(alice)).body.sessions;
  const before = await stage.connectSynced(alice, { gateway: 1, device: 'phone' });
  const [registered] = await sessions();
  const gateway = stage.fanfare.gateways[1];
  gateway?.signal('SIGSTOP');
  const isEvicted = async () => (await sessions()).length === 0;
  await until(isEvicted, { what: 'its sessions to be undone', deadlineMs: leaseMs + 6_000, everyMs: 100 });
  for (const to of [{ user: alice }, { group }]) await publish(stage.api, { to, payload: 'meanwhile' });
  gateway?.signal('SIGCONT');

  expect((await before.waitForClose()).code).toBe(1012);
  // The control: the old session did not hear of it, so that left open it would have missed it.
  expect(payloads(before)).toEqual([]);
  await until(async () => (await gateway?.isReady()) ?? false, { what: 'the gateway to have a lease again' });
  const again = await stage.connectSynced(alice, { gateway: 1, device: 'phone' });
  expect(payloads(again)).toEqual(['meanwhile', 'meanwhile']);
  const [now] = await sessions();
  expect(now?.node).not.toBe(registered?.node);
  expect(await presenceOf(alice)).toMatchObject({ online: true, devices: 1 });
  await publish(stage.api, { to: { group }, payload: 'live again' });
  await again.waitForMessages(`group:${group}`, 2);
}, 60_000);

test('a gateway is killed: its users can connect elsewhere at once, the others of it go offline, those elsewhere stay', async () => {
  const [moves, gone] = [stage.name('moves'), stage.name('gone')];
  const [elsewhere, both] = [stage.name('elsewhere'), stage.name('both')];
  for (const user of [moves, gone, both]) await stage.connectSynced(user, { gateway: 1 });
  for (const user of [elsewhere, both]) await stage.connectSynced(user, { gateway: 0 });
  for (const user of [moves, gone, elsewhere, both]) expect(await isOnline(user)).toBe(true);

  await stage.fanfare.gateways[1]?.kill();
  await publish(stage.api, { to: { user: moves }, payload: 'missed' });
  // The control: what is kept nowhere does not come to the other gateway.
  await publish(stage.api, { to: { user: moves }, payload: 'not kept', ephemeral: true });
  const moved = await stage.connectSynced(moves, { gateway: 0 });
  expect(payloads(moved)).toEqual(['missed']);
  await publish(stage.api, { to: { user: moves }, payload: 'live' });
  await moved.waitForMessages(`user:${moves}`, 2);

  await until(async () => !(await isOnline(gone)), {
    what: 'gone to be offline',
    deadlineMs: evictionMs,
    everyMs: 250,
  });
  const isCountedOff = async () => (await presenceOf(both))?.devices === 1;
  await until(isCountedOff, { what: 'the dead session to be counted off', deadlineMs: evictionMs });
  for (const user of [moves, elsewhere, both]) expect(await isOnline(user)).toBe(true);
  expect((await presenceOf(moves))?.devices).toBe(1);
  const listed = await onlineIds();
  expect(listed).toEqual(expect.arrayContaining([moves, elsewhere, both]));
  expect(listed).not.toContain(gone);
}, 120_000);
