// Who may be seen: those who share a group, for as long as the group's side says so, and at a bounded price.
import { userJoined } from '@fanfare/redis-scripts';
import type { ScriptRunner } from '@fanfare/redis-scripts';
import { Presence } from '@fanfare/roster';
import { Fellows } from './fellows.js';
import { GroupPresence } from './group-presence.js';
import { Groups } from './groups.js';
import { groupsOf, redisWorld, serviceOf } from './world.fixture.js';

const world = redisWorld();
const fellows = (scripts: ScriptRunner = world.scripts): Fellows => new Fellows(scripts, world.keys, world.groups);
const among = async (user: string, ...users: string[]): Promise<string[]> =>
  (await fellows().among(user, users)).sort();

/** Runs the scripts and keeps how many keys each call had. */
function counted(): { scripts: ScriptRunner; calls: number[] } {
  const calls: number[] = [];
  const scripts: ScriptRunner = {
    call: (script, keys, ...rest) => {
      if (script.name === 'group/fellows') calls.push(keys.length);
      return world.scripts.call(script, keys, ...rest);
    },
  };
  return { scripts, calls };
}

test('members of a common group and oneself, each once; nobody else, known or not', async () => {
  await world.memberships.join('g', ['alice', 'bob', 'ü/1']);
  await world.memberships.join('h', ['alice', 'bob', 'carol']);
  await world.memberships.join('i', ['bob', 'dave']);
  expect(await among('alice', 'bob', 'carol', 'bob', 'ü/1', 'dave', 'nobody', 'alice')).toEqual(
    ['alice', 'bob', 'carol', 'ü/1'].sort(),
  );
  expect(await among('dave', 'alice', 'bob')).toEqual(['bob']);
  expect(await among('nobody', 'alice', 'nobody')).toEqual(['nobody']);
});

test('who has left, or was left by the user, is seen no more', async () => {
  await world.memberships.join('g', ['alice', 'bob', 'carol']);
  await world.memberships.leave('g', ['bob']);
  expect(await among('alice', 'bob', 'carol')).toEqual(['carol']);
  await world.memberships.leave('g', ['alice']);
  expect(await among('alice', 'bob', 'carol')).toEqual([]);
});

test("the group's side decides: an index that was not undone yet shows nobody", async () => {
  await world.memberships.join('g', ['alice', 'bob']);
  await serviceOf(world, world.scripts).deletions.delete('g');
  // As after the deletion of a large group, of which the users' side is undone after the answer.
  const { home, state } = world.keys.user('alice');
  const groups = world.keys.userGroups(world.keys.user('alice'));
  await userJoined(
    world.scripts,
    { part: home.part, links: home.links, sessions: home.sessions, users: home.users },
    { group: 'g', version: Number.MAX_SAFE_INTEGER, offset: 0, epoch: '1.a.1', maxGroups: 256, oldest: 0 },
    [{ groups, state, user: 'alice' }],
  );
  expect(await groupsOf(world, 'alice')).toEqual(['g']); // the control: the index alone would show bob
  expect(await among('alice', 'bob')).toEqual([]);
});

test('of 256 groups and 100 strangers a call looks at 32 groups at most, and no more calls than groups are made', async () => {
  const groups = Array.from({ length: 256 }, (_, index) => `g${index}`);
  await Promise.all(groups.map((group) => world.memberships.join(group, ['alice'])));
  const strangers = Array.from({ length: 100 }, (_, index) => `stranger${index}`);
  const { scripts, calls } = counted();
  await expect(fellows(scripts).among('alice', strangers)).resolves.toEqual([]);
  expect(Math.max(...calls)).toBeLessThanOrEqual(32);
  expect(calls.reduce((sum, keys) => sum + keys, 0)).toBe(256);
});

test('it ends when all are found, and asks nothing about oneself', async () => {
  await Promise.all(Array.from({ length: 64 }, (_, index) => world.memberships.join(`g${index}`, ['alice', 'bob'])));
  const { scripts, calls } = counted();
  await expect(fellows(scripts).among('alice', ['bob'])).resolves.toEqual(['bob']);
  expect(calls.length).toBeLessThanOrEqual(8);
  await fellows(scripts).among('alice', ['alice']);
  expect(calls.length).toBeLessThanOrEqual(8);
});

test('who is no member is told of a group what is told of one that does not exist', async () => {
  await world.memberships.join('g', ['bob']);
  const presence = new GroupPresence(world.scripts, world.keys, new Presence(world.scripts, world.keys));
  const absent = await presence.page('absent', {}).catch((error: unknown) => error);
  const foreign = await fellows()
    .assertMember('g', 'alice')
    .catch((error: unknown) => error);
  const words = (error: unknown): unknown =>
    JSON.parse(JSON.stringify((error as { toDocument(): object }).toDocument()).replaceAll('absent', 'g'));
  expect(words(foreign)).toEqual(words(absent));
  await expect(fellows().assertMember('g', 'bob')).resolves.toBeUndefined();
  await expect(new Groups(world.scripts, world.keys).get('g')).resolves.toBeDefined();
});
