// A group is deleted: at once for whoever publishes or asks, in chunks on its members' side.
import type { ScriptRunner } from '@fanfare/redis-scripts';
import { until } from '@fanfare/testing';
import {
  completePending,
  groupsOf,
  membersOf,
  pendingRecords,
  publishMany,
  recordAgo,
  redisWorld,
  serviceOf,
} from './world.fixture.js';

const world = redisWorld();
const remove = (group: string) => serviceOf(world, world.scripts).deletions.delete(group);
const keysOf = (group: string): Promise<string[]> => world.admin.keys(`${world.keys.app}/*/g/${group}/*`);
const users = (count: number): string[] => Array.from({ length: count }, (_, index) => `u${index}`);
const removedCount = (group: string): Promise<number> =>
  world.admin.zcard(world.keys.groupRemoved(world.keys.group(group)));

/** What a process does that dies at a script; the others still work. */
const dyingAt = (where: string): ScriptRunner => ({
  call: (script, ...rest) =>
    script.name === where ? Promise.reject(new Error('dead')) : world.scripts.call(script, ...rest),
});
const impatient: ScriptRunner = {
  call: (script, keys, args, options) =>
    world.scripts.call(script, keys, script.name === 'membership/pending' ? ['0', ...args.slice(1)] : args, options),
};

test('nothing can be published to it, both sides are undone, and nothing of it is kept but the version', async () => {
  await world.memberships.join('g', users(300));
  await publishMany(world, 'g', 3);
  await expect(remove('g')).resolves.toEqual({ done: true });
  await expect(world.publisher.publish({ to: { group: 'g' }, payload: 1 })).rejects.toMatchObject({
    code: 'group_unknown',
  });
  await expect(world.publisher.publish({ to: { group: 'g' }, payload: 1, ephemeral: true })).rejects.toMatchObject({
    code: 'group_unknown',
  });
  expect([await world.groups.get('g'), await groupsOf(world, 'u7')]).toEqual([undefined, []]);
  expect((await keysOf('g')).map((key) => key.split('/').at(-1))).toEqual(['left']);
  expect(await pendingRecords(world)).toBe(0);
});

test('again, or one that never was: nothing changes', async () => {
  await world.memberships.join('g', ['a']);
  for (const group of ['g', 'g', 'nothing']) await expect(remove(group)).resolves.toEqual({ done: true });
  expect(await world.groups.get('nothing')).toBeUndefined();
});

test('made anew it begins under an epoch that was never used, and nobody of before is in it', async () => {
  const epochs = new Set<string>();
  for (let round = 0; round < 20; round += 1) {
    await world.groups.put('g', {});
    if (round % 2 === 0) await world.memberships.join('g', ['a']);
    const { epoch = '', offset } = await world.publisher.publish({ to: { group: 'g' }, payload: round });
    expect(offset).toBe(1);
    epochs.add(epoch);
    await remove('g');
  }
  expect(epochs.size).toBe(20);
  await world.memberships.join('g', ['b']);
  expect([await membersOf(world, 'g'), await groupsOf(world, 'a')]).toEqual([['b'], []]);
});

test('a joining that was recorded before it and comes late changes nothing', async () => {
  await recordAgo(world, 20_000, 'join', 'g', ['late']);
  await world.memberships.join('g', ['a']);
  await remove('g');
  await completePending(world);
  expect([await world.groups.get('g'), await groupsOf(world, 'late')]).toEqual([undefined, []]);
});

test('until the members are undone it can’t be made again, and publishing to it is refused all the while', async () => {
  await world.memberships.join('g', ['a', 'b']);
  await expect(serviceOf(world, dyingAt('user/left')).deletions.delete('g')).rejects.toThrow('dead');
  await expect(world.groups.put('g', {})).rejects.toMatchObject({ code: 'conflict' });
  await expect(world.memberships.join('g', ['c'])).rejects.toMatchObject({ code: 'conflict' });
  await expect(world.publisher.publish({ to: { group: 'g' }, payload: 1 })).rejects.toMatchObject({
    code: 'group_unknown',
  });
  expect(await completePending(world, impatient)).toBe(1);
  expect([await groupsOf(world, 'a'), await groupsOf(world, 'c')]).toEqual([[], []]);
  await expect(world.groups.put('g', {})).resolves.toEqual({ created: true });
});

test.each(['group/remove', 'roster/page', 'user/left', 'group/undone', 'membership/complete'])(
  'who dies at %s leaves the rest to another',
  async (where) => {
    await world.memberships.join('g', users(50));
    await expect(serviceOf(world, dyingAt(where)).deletions.delete('g')).rejects.toThrow('dead');
    expect(await pendingRecords(world)).toBe(1);
    await completePending(world, impatient);
    expect([await pendingRecords(world), await removedCount('g'), await groupsOf(world, 'u3')]).toEqual([0, 0, []]);
    expect(await world.groups.get('g')).toBeUndefined();
  },
);

test('a record that was left behind deletes no group that was made since', async () => {
  await world.memberships.join('g', ['a']);
  await expect(serviceOf(world, dyingAt('membership/complete')).deletions.delete('g')).rejects.toThrow('dead');
  await world.memberships.join('g', ['b']);
  await completePending(world, impatient);
  expect([await membersOf(world, 'g'), await groupsOf(world, 'b')]).toEqual([['b'], ['g']]);
});

test('of a large group the answer does not wait for every member, and the rest goes on in bounded calls', async () => {
  const most = { keys: 0, args: 0 };
  let isSlow = true;
  const watched: ScriptRunner = {
    call: async (script, keys, args, options) => {
      most.keys = Math.max(most.keys, keys.length);
      most.args = Math.max(most.args, args.length);
      if (script.name === 'group/undone' && isSlow) await until(() => !isSlow, { what: 'the answer' });
      return world.scripts.call(script, keys, args, options);
    },
  };
  for (let start = 0; start < 6000; start += 2000)
    await world.memberships.join('g', users(6000).slice(start, start + 2000));
  const service = serviceOf(world, watched);
  await expect(service.deletions.delete('g')).resolves.toEqual({ done: false });
  expect(await service.pending.complete()).toBe(0); // not taken up twice
  isSlow = false;
  await until(async () => (await pendingRecords(world)) === 0, { what: 'the rest to be done', deadlineMs: 20_000 });
  expect([await groupsOf(world, 'u0'), await groupsOf(world, 'u5999'), await removedCount('g')]).toEqual([[], [], 0]);
  expect(most.keys).toBeLessThanOrEqual(64);
  expect(most.args).toBeLessThanOrEqual(2048);
});

test('a service that stops leaves the rest to another, at the end of a chunk', async () => {
  let completed = 0;
  const service = serviceOf(world, {
    call: async (script, ...rest) => {
      if (script.name === 'membership/complete') completed += 1;
      if (script.name === 'group/undone') void service.deletions.close();
      return world.scripts.call(script, ...rest);
    },
  });
  for (let start = 0; start < 4000; start += 2000)
    await world.memberships.join('g', users(4000).slice(start, start + 2000));
  await service.deletions.delete('g');
  expect([completed, await removedCount('g'), await pendingRecords(world)]).toEqual([0, 4000 - 2048, 1]);
  await completePending(world, impatient);
  expect([await removedCount('g'), await pendingRecords(world)]).toEqual([0, 0]);
});

test('nodes that hold members are told on the group’s own links', async () => {
  await world.memberships.join('g', ['a']);
  const { home, audience } = world.keys.group('g');
  await world.admin.hset(audience, 'n1', 1);
  const subscriber = world.connection.subscriber();
  const told: string[] = [];
  subscriber.on('smessageBuffer', (_, message) => told.push(message.toString().split('\t').slice(2, 4).join(' ')));
  await subscriber.subscribe(['n1', 'n2'].map((node) => world.keys.linkChannel(home, node)));
  await remove('g');
  await until(() => told.length > 0, { what: 'the node to be told' });
  expect(told).toEqual(['deleted g']);
  subscriber.close();
});
