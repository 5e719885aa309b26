// A replica that lacks the tail becomes the primary, with calls on their way that are sent again: what was numbered 101 to
// 105 is gone, and 101 to 105 are other messages. Whoever had seen the first is told; nobody misses the second.
import { timelineRead, timelineStart, type TimelineKeys } from '@fanfare/redis-scripts';
import { ReplicatedRedis, until } from '@fanfare/testing';
import { connect, joinGroup, publishMany, toGroup, toUser, type Tools, useNewApp } from './world.fixture.js';

const world = {} as Tools;
let redis: ReplicatedRedis;

beforeEach(async () => {
  redis = await ReplicatedRedis.start();
  world.admin = redis.primary.admin;
  await connect(world, redis.url);
  useNewApp(world);
});
afterEach(async () => {
  world.scripts.close();
  world.connection.close();
  await redis.stop();
});

const read = async ({ home, log, state }: TimelineKeys, position: string) => {
  const args = { node: 'n1', position, floor: 0, limit: 100, maxBytes: 1e6 };
  const reply = await timelineRead(world.scripts, { part: home.part, log, state, links: home.links }, args);
  if (reply.status !== 'OK') throw new Error(`timeline/read answered ${reply.status}`);
  return { ...reply, offsets: reply.entries.map(({ offset }) => offset) };
};
const unread = async (timeline: string) => (await world.cursors.unread('a')).timelines[timeline];

/** What a device holds that has seen everything. */
type Seen = Awaited<ReturnType<typeof publishMany>>[number];

/**
 * 100 messages that the replica has, five that it lacks and a device has seen, then five that are on their way when the
 * primary goes: executed there, unanswered, and sent again to the new one.
 */
async function failOver(timeline: TimelineKeys, to: Parameters<typeof publishMany>[1], prepare = async () => {}) {
  await publishMany(world, to, 100);
  await redis.whenReplicaIsCurrent();
  redis.detachReplica();
  const lost = await publishMany(world, to, 5);
  await prepare();
  const isCut = new Promise<void>((resolve) =>
    redis.proxy.cutReplyOf('in flight', 1, () => {
      redis.proxy.refuse(true);
      resolve();
    }),
  );
  const onTheirWay = Promise.all(
    [1, 2, 3, 4, 5].map((number) => world.publisher.publish({ to, payload: `in flight ${number}` })),
  );
  await isCut;
  expect(await redis.primary.admin.llen(timeline.log)).toBe(110);
  return { old: lost.at(-1) as Seen, onTheirWay };
}

async function promote(): Promise<void> {
  await redis.promote({ oldPrimary: 'alive' });
  world.admin = redis.primary.admin;
}

/** As if there were no fence: Redis's new history passes for the one that the partition knows. */
async function disableFence(part: string): Promise<void> {
  const [, replid = ''] = /master_replid:(\S+)/.exec(await world.admin.info('replication')) ?? [];
  await world.admin.hset(part, 'owner', replid);
}

const hundredOneToFive = [101, 102, 103, 104, 105];

test('calls on their way are carried out once by the new primary, under a new epoch, after a fork', async () => {
  const own = world.keys.user('a');
  const { old, onTheirWay } = await failOver(own, toUser('a'));
  await promote();
  redis.proxy.refuse(false);
  const answers = await onTheirWay;
  expect(answers.map(({ offset }) => offset)).toEqual(hundredOneToFive);
  const [epoch] = new Set(answers.map((answer) => answer.epoch));
  expect(epoch).not.toBe(old.epoch);
  expect(await world.admin.llen(own.log)).toBe(105);
  expect(await world.admin.hget(own.state, 'forks')).toBe(`${old.epoch?.replace(/\.[^.]+$/, '')}:100`);

  const page = await read(own, `${old.offset} ${old.epoch}`);
  expect(page).toMatchObject({ from: 100, reset: 'rolled_back', offsets: hundredOneToFive, epoch });
  expect(page.entries.map(({ entry }) => /in flight \d/.exec(entry.toString())?.[0])).toEqual(
    [1, 2, 3, 4, 5].map((number) => `in flight ${number}`),
  );
  // One who had not seen the lost ones just goes on.
  expect(await read(own, `100 ${old.epoch}`)).toMatchObject({ reset: '', offsets: hundredOneToFive });
}, 30_000);

test('control: without the fence the five new messages never come, and nobody is told', async () => {
  const own = world.keys.user('a');
  const { old, onTheirWay } = await failOver(own, toUser('a'));
  await promote();
  await disableFence(own.home.part);
  redis.proxy.refuse(false);
  expect((await onTheirWay).map(({ offset }) => offset)).toEqual(hundredOneToFive);
  expect(await read(own, `${old.offset} ${old.epoch}`)).toMatchObject({ reset: '', offsets: [] });
}, 30_000);

describe('cursors of a user whose partition lies elsewhere and lost nothing', () => {
  const group = ['g1', 'g2', 'g3', 'g4'];
  const timelineOf = () => {
    const own = world.keys.user('a');
    const name = group.find((one) => world.keys.group(one).home !== own.home) ?? '';
    return { own, name, side: world.keys.group(name), timeline: `group:${name}` };
  };

  /** The group's primary fails over; what the user's partition holds is taken along whole, read cursor at 105 and all. */
  async function failOverOfGroup(hasFence: boolean) {
    const { own, name, side, timeline } = timelineOf();
    await joinGroup(world, name, 'a');
    const readAll = () => world.cursors.read('a', { timeline, upTo: 105 }).then(() => undefined);
    const { old, onTheirWay } = await failOver(side, toGroup(name), readAll);
    const names = await redis.primary.admin.keys(own.home.part.replace(/part$/, '*'));
    const dumps = await Promise.all(names.map((one) => redis.primary.admin.dumpBuffer(one)));
    await promote();
    for (const [index, one] of names.entries()) {
      const dump = dumps[index];
      if (dump) await world.admin.restore(one, 0, dump, 'REPLACE');
    }
    if (!hasFence) await disableFence(side.home.part);
    redis.proxy.refuse(false);
    await onTheirWay;
    await until(() => world.scripts.isReady, { what: 'the connection to be back' });
    return { side, timeline, old };
  }
  const start = ({ home, log, state, gone, ttl }: TimelineKeys, device: string) => {
    const args = { resume: '', device, read: '', join: '', seen: '', limit: 100, maxBytes: 1e6 };
    return timelineStart(world.scripts, { part: home.part, log, state, gone, ttl }, args);
  };

  test('beyond the fork hide nothing: neither the read cursor nor the device’s', async () => {
    const { side, timeline, old } = await failOverOfGroup(true);
    expect(await unread(timeline)).toBe(5);
    const page = await world.inbox.page('a', { timeline, unread: true, after: 0 });
    expect(page.messages.map(({ offset }) => offset)).toEqual(hundredOneToFive);
    expect(await start(side, `105 ${old.epoch}`)).toMatchObject({ from: 100, reset: 'rolled_back', reached: 105 });
  }, 30_000);

  test('control: without the fence both do', async () => {
    const { side, timeline, old } = await failOverOfGroup(false);
    expect(await unread(timeline)).toBe(0);
    expect(await start(side, `105 ${old.epoch}`)).toMatchObject({ from: 105, reset: '' });
  }, 30_000);
});
