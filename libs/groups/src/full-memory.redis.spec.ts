// Redis is at its `maxmemory`: nothing more is accepted, and what moves forward or makes room goes on. Of the scripts
// those say so that may write all the same (flags=allow-oom), so the control is a caller whose scripts do not say it.
import { createHash } from 'node:crypto';
import { allScripts, type AnyScript, ScriptCaller, type ScriptRunner } from '@fanfare/redis-scripts';
import { SessionRegistry } from '@fanfare/roster';
import { Inbox, Publisher, ReadCursors } from '@fanfare/timelines';
import { Memberships } from './memberships.js';
import { isMember, pendingRecords, publishMany, redisWorld, serviceOf } from './world.fixture.js';

const world = redisWorld();
const full = { code: 'unavailable', reason: 'memory' };
const fill = () => world.admin.config('SET', 'maxmemory', '1');
const makeRoom = () => world.admin.config('SET', 'maxmemory', '0');

afterEach(makeRoom);

/** A user with a session, in a group with messages of which none is read. */
async function busyUser(): Promise<{ epoch: string }> {
  const open = { user: 'a', session: 's1', node: 'n1', device: 'phone', resume: '', limit: 10 };
  await world.registry.open(open);
  await world.memberships.join('g', ['a', 'b']);
  const [first] = await publishMany(world, 'g', 5);
  return { epoch: first?.epoch ?? '' };
}

/** What goes on where memory is full, each by itself. */
const deeds = (scripts: ScriptRunner, epoch: string): [string, () => Promise<unknown>][] => {
  const { keys } = world;
  const [registry, cursors] = [new SessionRegistry(scripts, keys, 3_600_000), new ReadCursors(scripts, keys)];
  const timeline = 'group:g';
  const to = { timeline, offset: 3, epoch };
  return [
    ['acknowledging', () => registry.acknowledge([{ user: 'a', device: 'phone', ...to }])],
    ['reading', () => cursors.read('a', { timeline, upTo: 4 })],
    ['reading one by one', () => cursors.read('b', { timeline, offsets: [2] })],
    ['counting', () => cursors.unread('a')],
    ['closing', () => registry.close('a', 's1', 'n1', 10)],
    ['leaving', () => new Memberships(scripts, keys).leave('g', ['a'])],
    ['deleting the group', () => serviceOf(world, scripts).deletions.delete('g')],
    ['erasing a user', () => serviceOf(world, scripts).erasures.erase('b')],
  ];
};

test('publishing, joining and connecting are refused, and go on when there is room', async () => {
  await busyUser();
  await fill();
  const attempts = [
    () => world.publisher.publish({ to: { user: 'a' }, payload: 1 }),
    () => world.publisher.publish({ to: { group: 'g' }, payload: 1 }),
    () => world.publisher.publish({ to: { all: true }, payload: 1 }),
    () => world.memberships.join('g', ['c']),
    () => world.registry.open({ user: 'c', session: 's2', node: 'n1', device: '', resume: '', limit: 10 }),
  ];
  for (const attempt of attempts) await expect(attempt()).rejects.toMatchObject(full);
  expect(await pendingRecords(world)).toBe(0); // of a joining that is refused nothing is left to be done
  await makeRoom();
  for (const attempt of attempts) await expect(attempt()).resolves.toBeDefined();
  expect(await isMember(world, 'g', 'c')).toBe(true);
});

test('acknowledging, reading, closing and leaving go on, and have their effect', async () => {
  const { epoch } = await busyUser();
  await fill();
  for (const [, deed] of deeds(world.scripts, epoch).slice(0, 6)) await deed();
  const { keys } = world;
  const own = keys.user('a');
  expect(await world.admin.hget(keys.userDevice(own, 'phone'), 'group:g')).toBe(`3 ${epoch}`);
  expect(await world.admin.hget(own.home.sessions, 'a')).toBeNull();
  expect(await isMember(world, 'g', 'a')).toBe(false);
  expect((await world.cursors.unread('b')).timelines['group:g']).toBe(4);
  expect(
    (await new Inbox(world.scripts, world.keys, world.cursors).page('b', { timeline: 'group:g' })).messages,
  ).toHaveLength(5);
  for (const [, deed] of deeds(world.scripts, epoch).slice(6)) await deed();
  expect([await world.groups.get('g'), await world.users.get('b')]).toEqual([undefined, undefined]);
  expect(await pendingRecords(world)).toBe(0);
});

test('after a change of Redis’s history, too: the partition is taken', async () => {
  await busyUser();
  await world.admin.hset(world.keys.group('g').home.part, 'owner', 'f'.repeat(40));
  await fill();
  expect((await world.cursors.unread('a')).timelines['group:g']).toBe(5);
});

test('control: by scripts that do not say so every one of them is refused', async () => {
  const { epoch } = await busyUser();
  const strict = new Map<string, AnyScript>(allScripts.map((script) => [script.name, withoutFlag(script)]));
  const caller = new ScriptCaller(world.connection, { scripts: [...strict.values()] });
  const runner: ScriptRunner = {
    call: (script, keys, args, options) =>
      caller.call((strict.get(script.name) ?? script) as typeof script, keys, args, options),
  };
  await expect(
    new Publisher(runner, world.keys, { userMessages: 9, sharedMessages: 9, ageMs: 1e6 }).publish({
      ...{ to: { user: 'a' }, payload: 1 },
    }),
  ).resolves.toBeDefined();
  await fill();
  for (const [name, deed] of deeds(runner, epoch)) {
    await expect(deed().then(() => `${name} went on`)).rejects.toMatchObject(full);
  }
  caller.close();
});

function withoutFlag(script: AnyScript): AnyScript {
  const source = script.source.replace(/^#!lua flags=allow-oom\n/, '#!lua\n');
  return { ...script, source, sha1: createHash('sha1').update(source).digest('hex') };
}
