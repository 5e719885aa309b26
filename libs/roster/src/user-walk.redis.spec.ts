// Walking over everyone, or over a set: whoever was there and stays is met once, whatever the others do meanwhile.
import { UserWalk, type WalkCursor, walkStart } from './user-walk.js';
import { Users } from './users.js';
import { open, redisWorld } from './world.fixture.js';

const world = redisWorld();
const names = (count: number, prefix = 'user') => Array.from({ length: count }, (_, index) => `${prefix}${index}`);
const walk = () => new UserWalk(world.scripts, world.keys);
const put = (user: string) => new Users(world.scripts, world.keys, 3_600_000).put(user, {});
const set = () => world.keys.home(0).users;
/** A set of the kind that is walked: some have the same score. */
const fill = (users: readonly string[]) =>
  Promise.all(users.map((user, index) => world.admin.zadd(set(), 1000 + Math.floor(index / 3), user)));

async function met(limit: number, between: (met: readonly string[]) => Promise<unknown> = () => Promise.resolve()) {
  const all: string[] = [];
  let next: WalkCursor | undefined = walkStart;
  for (let steps = 0; next && steps < 1000; steps += 1) {
    const stretch = await walk().set(set(), next, limit);
    all.push(...stretch.users);
    next = stretch.next;
    await between(all);
  }
  expect(next).toBeUndefined();
  return all;
}

test.each([1, 2, 7, 60, 100])('a set is walked in steps of %i, from the highest score down', async (limit) => {
  await fill(names(60));
  const all = await met(limit);
  expect([...all].sort()).toEqual(names(60).sort());
  const scores = await Promise.all(all.map((user) => world.admin.zscore(set(), user)));
  expect(scores.map(Number)).toEqual(scores.map(Number).sort((a, b) => b - a));
});

test('whoever goes takes nobody with them, met already or not, even the one behind whom the walk goes on', async () => {
  await fill(names(60));
  const gone = new Set<string>();
  const all = await met(5, async (sofar) => {
    const left = names(60).filter((user) => !sofar.includes(user) && !gone.has(user));
    for (const user of [sofar.at(-1), sofar.at(-3), left[0]]) {
      if (user === undefined) continue;
      gone.add(user);
      await world.admin.zrem(set(), user);
    }
  });
  expect(new Set(all).size).toBe(all.length);
  expect(names(60).filter((user) => !gone.has(user) && !all.includes(user))).toEqual([]);
});

test('whoever comes, or goes and comes back, is met no second time', async () => {
  await fill(names(60));
  let score = 5000;
  const all = await met(5, async (sofar) => {
    await world.admin.zadd(set(), (score += 1), `new${score}`);
    await world.admin.zadd(set(), (score += 1), sofar[0] ?? '');
  });
  expect([...all].sort()).toEqual(names(60).sort());
});

test('everyone who is known is met once over all partitions, also while they connect and disconnect', async () => {
  const users = names(1500);
  await Promise.all(users.map(put));
  const all: string[] = [];
  let next: WalkCursor | undefined = walkStart;
  for (let steps = 0; next && steps < 100; steps += 1) {
    const stretch = await walk().everyone(next);
    all.push(...stretch.users);
    next = stretch.next;
    const seen = [...all.slice(0, 20), ...users.filter((user) => !all.includes(user)).slice(0, 20)];
    await Promise.all(seen.map((user) => open(world, 's1', { user, limit: 0 })));
    await Promise.all(seen.map((user) => world.registry.close(user, 's1', 'n1', 0)));
    await put(`new${steps}`);
  }
  expect(next).toBeUndefined();
  expect(new Set(all).size).toBe(all.length);
  expect(users.filter((user) => !all.includes(user))).toEqual([]);
  expect(await new Users(world.scripts, world.keys, 1).count()).toBeGreaterThan(1500);
});

test('control: where being seen moved a user in the registry, the walk would miss them', async () => {
  await fill(names(60));
  const all = await met(5, async (sofar) => {
    const left = names(60).find((user) => !sofar.includes(user));
    if (left !== undefined) await world.admin.zadd(set(), Date.now(), left);
  });
  expect(all.length).toBeLessThan(60);
});

test('nobody is met where nobody is known', async () => {
  expect(await met(10)).toEqual([]);
  const { users, next } = await walk().everyone(walkStart);
  expect([users, next]).toEqual([[], undefined]);
});
