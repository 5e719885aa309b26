// Changes that were recorded by a process that died: completed by another one, from wherever they had got.
import { groupJoin, groupLeave, type ScriptRunner } from '@fanfare/redis-scripts';
import { until } from '@fanfare/testing';
import { Memberships } from './memberships.js';
import {
  boundedScripts,
  completePending,
  groupsOf,
  isMember,
  membersOf,
  pendingRecords,
  publishMany,
  recordAgo,
  redisWorld,
} from './world.fixture.js';
import { versionOf } from './version.js';

const world = redisWorld();
const complete = () => completePending(world);

/** The group's side alone, as by a process that died after it. */
async function groupSide(action: 'join' | 'leave', id: string, group: string, user: string): Promise<void> {
  const side = world.keys.group(group);
  const { part, links } = side.home;
  const [members, left] = [world.keys.groupMembers(side), world.keys.groupLeft(side)];
  const version = versionOf(id);
  if (action === 'join') {
    const args = { version, maxMembers: 100, oldest: 0 };
    await groupJoin(
      world.scripts,
      { part, state: side.state, members, left, removed: world.keys.groupRemoved(side) },
      args,
      [{ user }],
    );
  } else {
    const keys = { part, links, members, leavers: left, nodes: side.audience };
    await groupLeave(world.scripts, keys, { group, version, oldest: 0 }, [{ user }]);
  }
}

test('of a joining only the record was written', async () => {
  await recordAgo(world, 20_000, 'join', 'g', ['a', 'b']);
  await expect(complete()).resolves.toBe(1);
  expect([await isMember(world, 'g', 'a'), await isMember(world, 'g', 'b')]).toEqual([true, true]);
  expect(await pendingRecords(world)).toBe(0);
});

test('of a joining the record and the group’s side were written', async () => {
  const id = await recordAgo(world, 20_000, 'join', 'g', ['a']);
  await groupSide('join', id, 'g', 'a');
  expect([await membersOf(world, 'g'), await groupsOf(world, 'a')]).toEqual([['a'], []]);
  await complete();
  expect(await isMember(world, 'g', 'a')).toBe(true);
});

test('of a joining everything was done but dropping the record: nothing changes, read is what was read', async () => {
  const id = await recordAgo(world, 20_000, 'join', 'g', ['a']);
  await complete();
  await publishMany(world, 'g', 3);
  await world.cursors.read('a', { timeline: 'group:g', upTo: 2 });
  await world.admin.del(world.keys.intents);
  await world.admin.xadd(world.keys.intents, id, 'action', 'join', 'group', 'g', 'users', '["a"]');
  await expect(complete()).resolves.toBe(1);
  expect((await world.cursors.unread('a')).timelines).toMatchObject({ 'group:g': 1 });
});

test('of a leaving only the record was written', async () => {
  await recordAgo(world, 30_000, 'join', 'g', ['a']);
  await complete();
  await recordAgo(world, 20_000, 'leave', 'g', ['a']);
  await complete();
  expect(await isMember(world, 'g', 'a')).toBe(false);
});

test('of a leaving the record and the group’s side were written', async () => {
  await recordAgo(world, 30_000, 'join', 'g', ['a']);
  await complete();
  const id = await recordAgo(world, 20_000, 'leave', 'g', ['a']);
  await groupSide('leave', id, 'g', 'a');
  expect([await membersOf(world, 'g'), await groupsOf(world, 'a')]).toEqual([[], ['g']]);
  await complete();
  expect(await isMember(world, 'g', 'a')).toBe(false);
});

test('control: what nobody completes stays half done', async () => {
  const id = await recordAgo(world, 20_000, 'join', 'g', ['a']);
  await groupSide('join', id, 'g', 'a');
  await expect(isMember(world, 'g', 'a')).rejects.toThrow('on one side only');
});

test('several are completed oldest first', async () => {
  await recordAgo(world, 40_000, 'join', 'g', ['a', 'b']);
  await recordAgo(world, 30_000, 'leave', 'g', ['a', 'b']);
  await recordAgo(world, 20_000, 'join', 'g', ['b']);
  await expect(complete()).resolves.toBe(3);
  expect([await isMember(world, 'g', 'a'), await isMember(world, 'g', 'b')]).toEqual([false, true]);
});

test('an older record undoes nothing that was done since', async () => {
  await recordAgo(world, 40_000, 'leave', 'g', ['a']);
  await recordAgo(world, 30_000, 'join', 'g', ['b']);
  await world.memberships.join('g', ['a']);
  await world.memberships.leave('g', ['b']);
  await complete();
  expect([await isMember(world, 'g', 'a'), await isMember(world, 'g', 'b')]).toEqual([true, false]);
});

test('a joining overtaken by a leaving in the middle, and then continued: the user stays removed', async () => {
  const id = await recordAgo(world, 20_000, 'join', 'g', ['a']);
  await groupSide('join', id, 'g', 'a');
  await world.memberships.leave('g', ['a']);
  await complete();
  expect(await isMember(world, 'g', 'a')).toBe(false);
});

describe('a replica that is stopped between the two sides of a joining, overtaken by a leaving, and continued', () => {
  /** @param meanwhile is done after the leaving, before it goes on */
  async function stopAndContinue(meanwhile: () => Promise<unknown> = () => Promise.resolve()): Promise<void> {
    let goOn = (): void => undefined;
    let isStopped = false;
    const stopping: ScriptRunner = {
      call: async (script, keys, args, options) => {
        if (script.name === 'user/joined') {
          isStopped = true;
          await new Promise<void>((resolve) => (goOn = resolve));
        }
        return world.scripts.call(script, keys, args, options);
      },
    };
    const joining = new Memberships(stopping, world.keys).join('g', ['a']);
    await until(() => isStopped, { what: 'it to be between the two sides' });
    await world.memberships.leave('g', ['a']);
    await meanwhile();
    goOn();
    await joining;
  }

  test('the user stays removed, on both sides', async () => {
    await stopAndContinue();
    expect(await isMember(world, 'g', 'a')).toBe(false);
    await complete();
    expect(await isMember(world, 'g', 'a')).toBe(false);
    expect(await pendingRecords(world)).toBe(0);
  });

  test('control: where the version of the leaving is not kept, the group comes back to the user', async () => {
    await stopAndContinue(() => world.admin.del(world.keys.userGroups(world.keys.user('a'))));
    expect([await membersOf(world, 'g'), await groupsOf(world, 'a')]).toEqual([[], ['g']]);
  });

  test('control: nor is it on the group’s side, one that has not begun makes the user a member again', async () => {
    await recordAgo(world, 20_000, 'join', 'g', ['a']);
    await world.memberships.leave('g', ['a']);
    await world.admin.del(world.keys.groupLeft(world.keys.group('g')));
    await complete();
    expect(await membersOf(world, 'g')).toEqual(['a']);
  });
});

describe('a request that is carried out twice, by a replica that was stopped and by the one that took it over', () => {
  /** The stopped one goes on when the other has answered, and what was asked then was answered too. */
  async function carriedOutLate(action: 'join' | 'leave', version: number | undefined): Promise<void> {
    let goOn = (): void => undefined;
    let isStopped = false;
    const stopping: ScriptRunner = {
      call: async (script, keys, args, options) => {
        if (script.name.startsWith('membership/record') && !isStopped) {
          isStopped = true;
          await new Promise<void>((resolve) => (goOn = resolve));
        }
        return world.scripts.call(script, keys, args, options);
      },
    };
    const late = new Memberships(stopping, world.keys)[action]('g', ['a'], version);
    await until(() => isStopped, { what: 'it to be stopped' });
    await world.memberships[action]('g', ['a'], version);
    await (action === 'join' ? world.memberships.leave('g', ['a']) : world.memberships.join('g', ['a']));
    goOn();
    await late;
  }
  const idOfRequest = async (): Promise<number> => versionOf((await world.admin.xadd('requests', '*', 'a', 'b')) ?? '');

  test('a joining that is over for those who asked undoes no leaving that came after it', async () => {
    await carriedOutLate('join', await idOfRequest());
    expect([await membersOf(world, 'g'), await groupsOf(world, 'a')]).toEqual([[], []]);
    expect(await pendingRecords(world)).toBe(0);
  });

  test('nor a leaving a joining', async () => {
    await carriedOutLate('leave', await idOfRequest());
    expect([await membersOf(world, 'g'), await groupsOf(world, 'a')]).toEqual([['a'], ['g']]);
  });

  test('control: where its version is that of its record, they are a member again', async () => {
    await carriedOutLate('join', undefined);
    expect([await membersOf(world, 'g'), await groupsOf(world, 'a')]).toEqual([['a'], ['g']]);
  });
});

test('what was recorded a moment ago is being done by somebody, and left alone', async () => {
  await recordAgo(world, 2000, 'join', 'g', ['a']);
  await expect(complete()).resolves.toBe(0);
  expect(await pendingRecords(world)).toBe(1);
});

test('a change that dies at any of its steps is completed', async () => {
  for (let steps = 1; ; steps += 1) {
    const group = `g${steps}`;
    if (await diesAfter(steps, group)) break;
    await completeAtOnce();
    expect([await isMember(world, group, 'a'), await isMember(world, group, 'b')]).toEqual([true, true]);
    expect(await pendingRecords(world)).toBe(0);
  }
});

test('a joining that dies at any of its steps is completed by the same request, made again of another process', async () => {
  for (let steps = 1; ; steps += 1) {
    const group = `g${steps}`;
    if (await diesAfter(steps, group)) break;
    await world.memberships.join(group, ['a', 'b']);
    expect([await isMember(world, group, 'a'), await isMember(world, group, 'b')]).toEqual([true, true]);
    await completeAtOnce(); // what died is carried out late, and changes nothing
    expect([await isMember(world, group, 'a'), await isMember(world, group, 'b')]).toEqual([true, true]);
    expect(await pendingRecords(world)).toBe(0);
  }
});

test('a leaving that dies at any of its steps is completed by the same request, and by others', async () => {
  for (let steps = 1; ; steps += 1) {
    const [asked, found] = [`asked${steps}`, `found${steps}`];
    for (const group of [asked, found]) await world.memberships.join(group, ['a', 'b']);
    if (await diesAfter(steps, asked, 'leave')) break;
    await world.memberships.leave(asked, ['a', 'b']);
    expect([await isMember(world, asked, 'a'), await isMember(world, asked, 'b')]).toEqual([false, false]);
    await diesAfter(steps, found, 'leave');
    await completeAtOnce();
    expect([await isMember(world, found, 'a'), await isMember(world, found, 'b')]).toEqual([false, false]);
    expect(await pendingRecords(world)).toBe(0);
  }
});

/** Joins or leaves with a runner that fails after so many calls; whether it came to the end. */
async function diesAfter(steps: number, group: string, action: 'join' | 'leave' = 'join'): Promise<boolean> {
  let left = steps;
  const dying: ScriptRunner = {
    call: (script, keys, args, options) =>
      (left -= 1) < 0 ? Promise.reject(new Error('killed')) : world.scripts.call(script, keys, args, options),
  };
  return new Memberships(dying, world.keys)[action](group, ['a', 'b']).then(
    () => true,
    () => false,
  );
}

/** Completes also what was recorded a moment ago, as if 10 s had passed. */
function completeAtOnce(): Promise<number> {
  const impatient: ScriptRunner = {
    call: (script, keys, args, options) =>
      world.scripts.call(script, keys, script.name === 'membership/pending' ? ['0', ...args.slice(1)] : args, options),
  };
  return completePending(world, impatient);
}

test('a joining that can’t be, because the group or the user is full, holds up no other', async () => {
  const bounded = boundedScripts(world, { members: 2, groups: 2 });
  await recordAgo(world, 60_000, 'join', 'full', ['x', 'y']);
  for (const group of ['g1', 'g2']) await recordAgo(world, group === 'g1' ? 50_000 : 49_000, 'join', group, ['a']);
  await recordAgo(world, 40_000, 'join', 'full', ['z']);
  await recordAgo(world, 30_000, 'join', 'g3', ['a', 'b']);
  await recordAgo(world, 20_000, 'join', 'g4', ['c']);
  await expect(completePending(world, bounded)).resolves.toBe(6);
  expect(await membersOf(world, 'full')).toEqual(['x', 'y']);
  expect([await isMember(world, 'g3', 'a'), await isMember(world, 'g3', 'b')]).toEqual([false, true]);
  expect(await isMember(world, 'g4', 'c')).toBe(true);
  expect(await pendingRecords(world)).toBe(0);
});

test('several processes that complete at once do the same as one', async () => {
  for (let index = 0; index < 10; index += 1) {
    await recordAgo(world, 60_000 - index * 2000, index % 3 === 2 ? 'leave' : 'join', 'g', [`u${index % 4}`]);
  }
  await Promise.all(Array.from({ length: 4 }, () => completePending(world)));
  const users = ['u0', 'u1', 'u2', 'u3'];
  expect(await Promise.all(users.map((user) => isMember(world, 'g', user)))).toEqual([false, true, true, true]);
  expect(await pendingRecords(world)).toBe(0);
});
