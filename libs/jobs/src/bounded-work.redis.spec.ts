// However large what is asked for is, each call to Redis does a bounded piece of it: counted in the commands that Redis carries
// out and in what the calls hold. How long they take is measured by `npm run bench -- publish` and `-- list`.
import { groupPut, type ScriptRunner, timelineAppend, timelineRead } from '@fanfare/redis-scripts';
import { Memberships } from '@fanfare/groups';
import { Inbox, ListAppender, newMessageId, Publisher, ReadCursors } from '@fanfare/timelines';
import { Intake } from './intake.js';
import { DryRun } from './dry-run.js';
import { JobQueue } from './job-queue.js';
import { JobRunner } from './job-runner.js';
import { claimed, names, publish, redisWorld, type World } from './world.fixture.js';

const world = redisWorld();
const retention = { userMessages: 200, sharedMessages: 200, ageMs: 24 * 3600 * 1000 };
const large = 'x'.repeat(64_000);
const KIB = 1024;

/** What Redis carried out meanwhile, in scripts and by itself, without what only looks at it. */
async function commandsDuring(work: () => Promise<unknown>): Promise<Record<string, number>> {
  await world.admin.config('RESETSTAT');
  await work();
  const stats = await world.admin.info('commandstats');
  const counts = [...stats.matchAll(/^cmdstat_([^:]+):calls=(\d+)/gm)].map(([, name = '', calls]) => [
    name,
    Number(calls),
  ]);
  return Object.fromEntries(
    counts.filter(([name]) => !/^(info|config|cluster|client|ping)/.test(String(name))),
  ) as never;
}

/** Calls of scripts, by what they hold. */
function recorder() {
  const calls: { name: string; keys: number; bytes: number; replyBytes: number }[] = [];
  const scripts: ScriptRunner = {
    call: async (script, keys, args, options) => {
      const bytes = args.reduce((sum, arg) => sum + Buffer.byteLength(arg), 0);
      const reply = await world.scripts.call(script, keys, args, options);
      const { entries = [] } = (reply ?? {}) as { entries?: { entry: Buffer }[] };
      const replyBytes = entries.reduce((sum, { entry }) => sum + entry.length, 0);
      calls.push({ name: script.name, keys: keys.length, bytes, replyBytes });
      return reply;
    },
  };
  const most = (what: 'keys' | 'bytes' | 'replyBytes'): number => Math.max(...calls.map((call) => call[what]));
  return { calls, scripts, most };
}

/** A group whose members are known to its own side, made without asking each of them. */
async function putGroup(group: string, members: number, nodes = 0): Promise<void> {
  const side = world.keys.group(group);
  const removed = world.keys.groupRemoved(side);
  await groupPut(world.scripts, { part: side.home.part, state: side.state, removed }, { cap: 0, age: 0 });
  const add = `for from = ARGV[1], ARGV[2], 1000 do
    local rows = {}
    for at = from, math.min(from + 999, ARGV[2]) do rows[#rows + 1] = at rows[#rows + 1] = 'member-' .. at end
    redis.call('ZADD', KEYS[1], unpack(rows)) end`;
  const step = 50_000;
  for (let from = 1; from <= members; from += step) {
    const to = Math.min(members, from + step - 1);
    await world.admin.eval(add, 1, world.keys.groupMembers(side), String(from), String(to));
  }
  for (let node = 1; node <= nodes; node += 1) await world.admin.hset(side.audience, `n${node}`, '1');
}

describe('a group of a million members', () => {
  /** Commands of publishing to it, of leaving it and of joining it, none of which is the first of its kind. */
  async function costOf(group: string) {
    const memberships = new Memberships(world.scripts, world.keys);
    const publishOne = () => world.publisher.publish({ to: { group }, payload: 1 });
    await publishOne();
    await memberships.join(group, ['a']);
    return {
      publishing: await commandsDuring(publishOne),
      leaving: await commandsDuring(() => memberships.leave(group, ['a'])),
      joining: await commandsDuring(() => memberships.join(group, ['a'])),
    };
  }

  test('costs what a group of ten costs: to publish to, to join and to leave', async () => {
    await putGroup('small', 10);
    await putGroup('large', 1_000_000);
    const cost = await costOf('large');
    expect(cost.publishing).toMatchObject({ evalsha: 1, rpush: 1 });
    expect(cost).toEqual(await costOf('small'));
  }, 60_000);

  test('control: a message that is written to each of its members costs a write for each', async () => {
    const written = async (members: number): Promise<number> => {
      await publish(world, { to: { users: names(members) }, payload: 1 });
      const commands = await commandsDuring(async () => world.runner.run(await claimed(world)));
      return commands['rpush'] ?? 0;
    };
    expect([await written(10), await written(1000)]).toEqual([10, 1000]);
  });
});

describe('a list of 100,000 users', () => {
  const users = names(100_000);

  /** Taken in and carried out, by way of this appender. */
  async function list(scripts: ScriptRunner) {
    const { keys, publisher, walk } = world;
    const queue = new JobQueue(scripts, keys, { laneDepth: 10 });
    const intake = new Intake(publisher, queue, scripts, keys, walk, new DryRun(scripts, keys));
    await publish({ intake } as World, { to: { users }, payload: 1 });
    const appender = new ListAppender(scripts, keys, retention);
    expect(await new JobRunner({ ...world.parts, appender }).run(await claimed(world))).toBe('done');
  }

  test('is stored and carried out in calls of 128 users and 256 KiB at most', async () => {
    const { calls, most, scripts } = recorder();
    const { rpush } = await commandsDuring(() => list(scripts));
    expect(rpush).toBeGreaterThanOrEqual(users.length); // beside what the lists of jobs take
    const appends = calls.filter(({ name }) => name === 'timeline/append-many');
    expect(appends.length).toBeGreaterThanOrEqual(Math.ceil(users.length / 128));
    const [fixedKeys, keysEach] = [5, 3];
    expect(most('keys')).toBeLessThanOrEqual(fixedKeys + 128 * keysEach);
    expect(most('bytes')).toBeLessThanOrEqual(256 * KIB);
  }, 60_000);

  test('control: a call is as large as the chunk that it is given', async () => {
    const { most, scripts } = recorder();
    const ofPartition = users.filter((user) => world.keys.homeOf('user', user).index === 3).slice(0, 2000);
    const json = Buffer.from(`{"id":"${newMessageId()}","payload":1}`);
    const message = { priority: 2, expiresAt: 0, from: undefined, json };
    const chunk = { job: 'job1', index: 0, partition: 3, users: ofPartition };
    await new ListAppender(scripts, world.keys, retention).append(chunk, message);
    expect(most('keys')).toBeGreaterThan(2000 * 2);
  }, 60_000);
});

describe('bodies of 64 KiB to a group with 100 nodes', () => {
  const count = 40;

  test('go out four a call, each once to each node', async () => {
    await putGroup('g', 10, 100);
    const { calls, most, scripts } = recorder();
    const publisher = new Publisher(scripts, world.keys, retention);
    const { spublish } = await commandsDuring(() =>
      Promise.all(Array.from({ length: count }, () => publisher.publish({ to: { group: 'g' }, payload: large }))),
    );
    expect(spublish).toBe(count * 100);
    expect(calls.length).toBeGreaterThanOrEqual(count / 4);
    expect(most('bytes')).toBeLessThanOrEqual(257 * KIB);
  }, 60_000);

  test('control: in one call they are all of it at once', async () => {
    await putGroup('g', 10, 100);
    const { most, scripts } = recorder();
    const side = world.keys.group('g');
    const { home, log, state, ttl, audience } = side;
    const items = Array.from({ length: count }, () => {
      const id = newMessageId();
      const fixed = {
        log,
        state,
        ttl,
        audience,
        idem: world.keys.idempotency(side, 'group:g', ''),
        timeline: 'group:g',
        id,
      };
      return {
        ...fixed,
        expires: 0,
        priority: 2,
        fingerprint: '',
        idemMs: 0,
        json: `{"id":"${id}","payload":"${large}"}`,
      };
    });
    const { part, links, users } = home;
    await timelineAppend(scripts, { part, links, users }, { userCap: 9, sharedCap: 200, age: 1e9 }, items);
    expect(most('bytes')).toBeGreaterThan(2000 * KIB);
  }, 60_000);
});

describe('an inbox of 64 KiB messages', () => {
  beforeEach(async () => {
    const to = { user: 'a' };
    await Promise.all(Array.from({ length: 90 }, () => world.publisher.publish({ to, payload: large })));
  });

  test.each(['user:a', '*'])('is read in pages of a megabyte at most: %s', async (timeline) => {
    const { most, scripts } = recorder();
    const inbox = new Inbox(scripts, world.keys, new ReadCursors(scripts, world.keys));
    let cursor: string | null | undefined;
    let found = 0;
    do {
      const page = await inbox.page('a', { timeline, limit: 100, ...(cursor && { cursor }) });
      found += page.messages.length;
      cursor = page.cursor;
    } while (cursor);
    expect(found).toBe(90);
    expect(most('replyBytes')).toBeLessThanOrEqual((1024 + 64) * KIB);
  });

  test('control: a page that is bounded by its number of messages alone is all of it', async () => {
    const { most, scripts } = recorder();
    const { home, log, state } = world.keys.user('a');
    const args = { node: 'n1', position: '', floor: 0, limit: 100, maxBytes: 1e9 };
    await timelineRead(scripts, { part: home.part, log, state, links: home.links }, args);
    expect(most('replyBytes')).toBeGreaterThan(5000 * KIB);
  });
});
