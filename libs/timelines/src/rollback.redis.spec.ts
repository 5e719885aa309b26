// Redis comes back without the tail it had: offsets are given out again for other messages. Whoever saw the lost tail is
// told, and no cursor of before hides a message of after.
import { cpSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { timelineRead } from '@fanfare/redis-scripts';
import { joinGroup, knowUser, publishMany, redisWorld, restart, toAll, toGroup, toUser } from './world.fixture.js';

const world = redisWorld({ appendonly: 'always' });

const read = async (position: string) => {
  const { home, log, state } = world.keys.user('a');
  const args = { node: 'n1', position, floor: 0, limit: 100, maxBytes: 1e6 };
  const reply = await timelineRead(world.scripts, { part: home.part, log, state, links: home.links }, args);
  if (reply.status !== 'OK') throw new Error(`timeline/read answered ${reply.status}`);
  return { ...reply, offsets: reply.entries.map(({ offset }) => offset) };
};
const unread = async () => (await world.cursors.unread('a')).timelines;

/** Keeps the append-only file as it is now; calling the answer restarts Redis on that copy. */
function copyOfNow(): () => Promise<void> {
  const folder = (dir: string): string => join(dir, `aof-${world.redis.port}`);
  const copy = join(world.redis.dir, 'copy');
  cpSync(folder(world.redis.dir), copy, { recursive: true });
  return () =>
    restart(world, (dir) => {
      rmSync(folder(dir), { recursive: true });
      cpSync(copy, folder(dir), { recursive: true });
      rmSync(copy, { recursive: true });
    });
}

/** Puts back what one partition held, as a failover of its primary alone would, under another history. */
async function partitionOfNow(part: string): Promise<(isOtherHistory?: boolean) => Promise<void>> {
  const names = await world.admin.keys(part.replace(/part$/, '*'));
  const dumps = await Promise.all(names.map(async (name) => [name, await world.admin.dumpBuffer(name)] as const));
  return async (isOtherHistory = true) => {
    const now = await world.admin.keys(part.replace(/part$/, '*'));
    await world.admin.del(...now);
    for (const [name, dump] of dumps) if (dump) await world.admin.restore(name, 0, dump);
    if (isOtherHistory) await world.admin.hset(part, 'owner', 'f'.repeat(40));
  };
}

test('a device that saw the lost tail is told, and gets what came instead of it', async () => {
  await publishMany(world, toUser('a'), 100);
  const rollBack = copyOfNow();
  const [lost] = await publishMany(world, toUser('a'), 5);
  await rollBack();
  const old = lost?.epoch ?? '';
  expect(await read(`105 ${old}`)).toMatchObject({ from: 100, reset: 'rolled_back', offsets: [] });
  const [first] = await publishMany(world, toUser('a'), 5);
  expect(first?.offset).toBe(101);
  expect(first?.epoch).not.toBe(old);
  const page = await read(`105 ${old}`);
  expect(page).toMatchObject({
    from: 100,
    reset: 'rolled_back',
    offsets: [101, 102, 103, 104, 105],
    epoch: first?.epoch,
  });
  expect(page.entries[0]?.entry.toString()).toContain(first?.id);
  // One who had not seen the tail just goes on.
  expect(await read(`98 ${old}`)).toMatchObject({ from: 98, reset: '', offsets: [99, 100, 101, 102, 103, 104, 105] });
  expect(await read(`103 ${first?.epoch}`)).toMatchObject({ from: 103, reset: '', offsets: [104, 105] });
}, 40_000);

describe('a log that ends in the middle of what was written last', () => {
  /** Ten messages one by one, of which the log then holds some, and a part of the next. */
  async function cutTail() {
    await publishMany(world, toUser('a'), 100);
    const [server] = world.redis.servers;
    const before = server?.tailLength ?? 0;
    const tail = [];
    for (let number = 1; number <= 10; number++) tail.push(...(await publishMany(world, toUser('a'), 1)));
    await restart(world, () => server?.truncateTail(((server.tailLength - before) >> 1) + 7));
    const kept = await world.admin.llen(world.keys.user('a').log);
    expect(kept).toBeGreaterThan(100);
    expect(kept).toBeLessThan(110);
    return { kept, last: tail.at(-1), positions: tail.map(({ epoch, offset }) => `${epoch} ${offset}`) };
  }
  const positionsOf = (answers: Awaited<ReturnType<typeof publishMany>>): string[] =>
    answers.map(({ epoch, offset }) => `${epoch} ${offset}`);

  test('is loaded, and no position is given out twice; who saw what is missing is told', async () => {
    const { kept, last, positions } = await cutTail();
    const answers = await publishMany(world, toUser('a'), 10);
    expect(answers[0]?.offset).toBe(kept + 1);
    expect(positionsOf(answers).filter((position) => positions.includes(position))).toEqual([]);
    const page = await read(`110 ${last?.epoch}`);
    expect(page).toMatchObject({ from: kept, reset: 'rolled_back', offsets: answers.map(({ offset }) => offset) });
  }, 40_000);

  test('control: without the fence positions are given out twice, and nobody is told', async () => {
    const { kept, last, positions } = await cutTail();
    const { part } = world.keys.user('a').home;
    const [, replid = ''] = /master_replid:(\S+)/.exec(await world.admin.info('replication')) ?? [];
    await world.admin.hset(part, 'owner', replid);
    const answers = await publishMany(world, toUser('a'), 10);
    expect(positionsOf(answers).filter((position) => positions.includes(position))).toHaveLength(110 - kept);
    expect(await read(`110 ${last?.epoch}`)).toMatchObject({ from: 110, reset: '' });
  }, 40_000);
});

test('what was read of the lost tail is not taken for read of what came instead', async () => {
  await publishMany(world, toUser('a'), 10);
  const rollBack = copyOfNow();
  await publishMany(world, toUser('a'), 5);
  await world.cursors.read('a', { everything: true });
  await rollBack();
  await publishMany(world, toUser('a'), 3);
  expect(await unread()).toMatchObject({ 'user:a': 13 });
}, 40_000);

describe('when the partition of a group alone goes back', () => {
  /** A member `a`, in another partition than the group, who has read all 10 messages of before and 5 that get lost. */
  async function lostTail(isOtherHistory: boolean) {
    const group = ['g1', 'g2', 'g3'].find((name) => world.keys.group(name).home !== world.keys.user('a').home) ?? '';
    await joinGroup(world, group, 'a');
    await publishMany(world, toGroup(group), 10);
    const rollBack = await partitionOfNow(world.keys.group(group).home.part);
    await publishMany(world, toGroup(group), 5);
    const timeline = `group:${group}`;
    await world.cursors.read('a', { timeline, upTo: 15 });
    await rollBack(isOtherHistory);
    return { group, timeline };
  }

  test('a read cursor beyond the fork is lowered to it', async () => {
    const { group, timeline } = await lostTail(true);
    expect(await unread()).toMatchObject({ [timeline]: 0 });
    await publishMany(world, toGroup(group), 4);
    expect(await unread()).toMatchObject({ [timeline]: 4 });
    const { messages } = await world.inbox.page('a', { timeline, unread: true, after: 0 });
    expect(messages.map(({ offset }) => offset)).toEqual([11, 12, 13, 14]);
    await world.cursors.read('a', { timeline, upTo: 12 });
    expect(await unread()).toMatchObject({ [timeline]: 2 });
  });

  test('control: without the fence the new messages would be hidden', async () => {
    const { group, timeline } = await lostTail(false);
    await publishMany(world, toGroup(group), 4);
    expect(await unread()).toMatchObject({ [timeline]: 0 });
  });

  test('offsets of the lost tail that were read one by one, or were one’s own, hide nothing either', async () => {
    const group = ['g1', 'g2', 'g3'].find((name) => world.keys.group(name).home !== world.keys.user('a').home) ?? '';
    const timeline = `group:${group}`;
    await joinGroup(world, group, 'a');
    await publishMany(world, toGroup(group), 10);
    await world.cursors.read('a', { timeline, offsets: [9] });
    const rollBack = await partitionOfNow(world.keys.group(group).home.part);
    await publishMany(world, toGroup(group), 3);
    await world.cursors.read('a', { timeline, offsets: [12] });
    await world.publisher.publish({ to: toGroup(group), payload: 'mine', from: 'a' });
    await rollBack();
    await publishMany(world, toGroup(group), 5);
    expect(await unread()).toMatchObject({ [timeline]: 14 });
    await world.cursors.read('a', { timeline, upTo: 8 });
    expect(await unread()).toMatchObject({ [timeline]: 6 });
    await world.cursors.read('a', { timeline, offsets: [13] });
    expect(await unread()).toMatchObject({ [timeline]: 5 });
  });

  test('where a share begins in the lost tail, it begins at the fork', async () => {
    await knowUser(world, 'b');
    const group = ['g1', 'g2', 'g3'].find((name) => world.keys.group(name).home !== world.keys.user('a').home) ?? '';
    await joinGroup(world, group, 'b');
    await publishMany(world, toGroup(group), 10);
    const rollBack = await partitionOfNow(world.keys.group(group).home.part);
    await publishMany(world, toGroup(group), 5);
    await joinGroup(world, group, 'a');
    await rollBack();
    await publishMany(world, toGroup(group), 2);
    expect(await unread()).toMatchObject({ [`group:${group}`]: 2 });
  });
});

test('when the partition of `all` goes back, the cursors of users are lowered', async () => {
  await knowUser(world, 'a');
  await publishMany(world, toAll, 4);
  const rollBack = await partitionOfNow(world.keys.all.home.part);
  await publishMany(world, toAll, 3);
  await world.cursors.read('a', { everything: true });
  await rollBack();
  await publishMany(world, toAll, 3);
  expect(await unread()).toMatchObject({ all: 3 });
});
