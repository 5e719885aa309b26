// Who is online: one by one, and as pages over all partitions.
import { open, redisWorld } from './world.fixture.js';

const world = redisWorld();
const users = Array.from({ length: 60 }, (_, index) => `user${index}`);
const openAll = () => Promise.all(users.map((user) => open(world, 's1', { user, limit: 0 })));
const leave = async (user: string) => {
  await world.registry.close(user, 's1', 'n1', 0);
  await world.settler.sweep(() => undefined);
};

/** Every page, one after the other; `between` runs after each with what it held. */
async function walk(limit: number, between: (page: readonly string[]) => Promise<void> = () => Promise.resolve()) {
  const found: string[] = [];
  let cursor: string | null | undefined;
  for (let pages = 0; pages < 200; pages += 1) {
    const page = await world.presence.online({ limit, ...(cursor ? { cursor } : {}) });
    expect(page.users.length).toBeLessThanOrEqual(limit);
    found.push(...page.users.map(({ id }) => id));
    await between(page.users.map(({ id }) => id));
    cursor = page.cursor;
    if (cursor === null) return found;
  }
  throw new Error('pages without an end');
}

test('what is known of users who are online, were online, and never were', async () => {
  const start = Date.now() - 60_000;
  await open(world, 's1', { user: 'on' });
  await open(world, 's2', { user: 'on' });
  await open(world, 's1', { user: 'was' });
  await leave('was');
  const presence = await world.presence.query(['on', 'was', 'never', 'on']);
  expect(presence).toEqual({
    on: { online: true, since: expect.any(Number) as number, lastSeen: expect.any(Number) as number, devices: 2 },
    was: { online: false, lastSeen: expect.any(Number) as number, devices: 0 },
    never: { online: false, devices: 0 },
  });
  expect(presence['on']?.since).toBeGreaterThan(start);
});

test('a thousand users can be asked for at once, whatever their names', async () => {
  const names = [...Array.from({ length: 997 }, (_, index) => `x${index}`), '__proto__', 'a/b', '{}'];
  await open(world, 's1', { user: '__proto__' });
  const presence = await world.presence.query(names);
  expect(Object.keys(presence)).toHaveLength(1000);
  expect(
    Object.entries(presence)
      .filter(([, { online }]) => online)
      .map(([user]) => user),
  ).toEqual(['__proto__']);
});

test.each([1, 7, 60, 100])('pages of %i hold everyone online once, and the total', async (limit) => {
  await openAll();
  expect((await walk(limit)).sort()).toEqual([...users].sort());
  expect(await world.presence.online({ limit })).toMatchObject({ total: 60 });
});

test('while others go, whoever stays is in the pages once', async () => {
  await openAll();
  const gone: string[] = [];
  const found = await walk(5, async (page) => {
    const last = page.at(-1);
    if (last === undefined || gone.length >= 8) return;
    gone.push(last);
    await leave(last);
  });
  expect(gone).toHaveLength(8);
  expect(found.filter((user) => !gone.includes(user)).sort()).toEqual(
    users.filter((user) => !gone.includes(user)).sort(),
  );
});

test('while others come, whoever was there is in the pages once', async () => {
  await openAll();
  let come = 0;
  const found = await walk(5, async () => {
    await open(world, 's1', { user: `new${(come += 1)}`, limit: 0 });
  });
  expect(found.filter((user) => user.startsWith('user')).sort()).toEqual([...users].sort());
  expect(new Set(found).size).toBe(found.length);
});

test('one who goes and comes back while others page takes nobody with them', async () => {
  await openAll();
  let comebacks = 0;
  const found = await walk(5, async (page) => {
    const last = page.at(-1);
    if (last === undefined || (comebacks += 1) > 8) return;
    await leave(last);
    await open(world, 's1', { user: last, limit: 0 });
  });
  expect(new Set(found)).toEqual(new Set(users));
});

test('a page without anybody', async () => {
  await expect(world.presence.online({})).resolves.toEqual({ total: 0, users: [], cursor: null });
});

test('a cursor that no page answered is refused', async () => {
  await expect(world.presence.online({ cursor: 'nonsense' })).rejects.toMatchObject({ code: 'invalid' });
  const beyond = Buffer.from('[999,"",""]').toString('base64url');
  await expect(world.presence.online({ cursor: beyond })).resolves.toMatchObject({ users: [], cursor: null });
});
