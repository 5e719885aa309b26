// Dry runs: how many it would be for, checked like what is sent, and nothing is written.
import type { Audience, PublishRequest } from '@fanfare/contracts';
import { Memberships } from '@fanfare/groups';
import type { ScriptRunner } from '@fanfare/redis-scripts';
import { SessionRegistry, Users } from '@fanfare/roster';
import { DryRun } from './dry-run.js';
import { names, publish, redisWorld, workUntil } from './world.fixture.js';

const world = redisWorld();
const everyone = names(300);

beforeEach(async () => {
  const users = new Users(world.scripts, world.keys, 3_600_000);
  const registry = new SessionRegistry(world.scripts, world.keys, 3_600_000);
  await Promise.all(everyone.map((user, index) => users.put(user, { index })));
  await new Memberships(world.scripts, world.keys).join('g', everyone.slice(0, 100));
  for (const user of everyone.slice(0, 7)) {
    await registry.open({ user, session: 's', node: 'n', device: '', resume: '', limit: 0 });
  }
});

const dryRun = (request: Partial<PublishRequest>) =>
  world.intake.publish({ to: { user: 'a' }, payload: 1, ...request, dryRun: true });

/** Redis counts what changes its data. */
async function writes(): Promise<number> {
  const info = await world.admin.info('persistence');
  return Number(/rdb_changes_since_last_save:(\d+)/.exec(info)?.[1]);
}

const audiences: [Audience, number][] = [
  [{ user: 'nobody yet' }, 1],
  [{ users: ['a', 'b', 'a'] }, 2],
  [{ group: 'g' }, 100],
  [{ all: true }, 300],
  [{ online: true }, 7],
  [{ all: true, where: { index: { lt: 150 } } }, 150],
  [{ group: 'g', where: { index: { gte: 90 } } }, 10],
  [{ group: 'g', where: { index: { gte: 100 } } }, 0],
];

test.each(audiences)('%j', async (to, reach) => {
  const before = await writes();
  expect(await dryRun({ to, idempotencyKey: 'k', deliverAt: Date.now() + 9000, priority: 'urgent' })).toEqual({
    reach,
  });
  expect(await writes()).toBe(before);
});

test('a filtered message reaches as many as its dry run said', async () => {
  const to: Audience = { group: 'g', where: { any: [{ index: { in: [1, 2, 3, 400] } }, { index: { gt: 80 } }] } };
  const said = await dryRun({ to });
  const { id } = await publish(world, { to, payload: 1 });
  await workUntil(world, 'done');
  expect(said).toEqual({ reach: (await world.catalog.get(id)).done });
});

test.each<[string, Partial<PublishRequest>, string]>([
  ['a group that is not there', { to: { group: 'h' } }, 'group_unknown'],
  ['a filter over a group that is not there', { to: { group: 'h', where: { a: 1 } } }, 'group_unknown'],
  ['a payload that is too large', { payload: 'x'.repeat(70_000) }, 'too_large'],
  ['a payload that is too deep', { payload: JSON.parse('['.repeat(200) + ']'.repeat(200)) as null }, 'invalid'],
  ['an ephemeral list', { to: { users: ['a'] }, ephemeral: true }, 'invalid'],
])('%s is refused', async (_, request, code) => {
  await expect(dryRun(request)).rejects.toMatchObject({ code });
});

test('many at once are counted a few at a time, and what takes too long is given up', async () => {
  const to: Audience = { all: true, where: { index: { lt: 5 } } };
  let [calls, most] = [0, 0];
  const scripts: ScriptRunner = {
    call: async (...args) => {
      most = Math.max(most, (calls += 1));
      return world.scripts.call(...args).finally(() => (calls -= 1));
    },
  };
  const patient = new DryRun(scripts, world.keys);
  const all = await Promise.all(Array.from({ length: 40 }, () => patient.of({ to, payload: 1 })));
  expect(all).toEqual(all.map(() => ({ reach: 5 })));
  expect(most).toBeLessThanOrEqual(2 * 8);
  const hasty = new DryRun(world.scripts, world.keys, { deadlineMs: -1 });
  await expect(hasty.of({ to, payload: 1 })).rejects.toMatchObject({ code: 'timeout' });
});
