// Which groups a session follows, from where on, and how many users of a group a gateway says that it holds.
import { Memberships } from '@fanfare/groups';
import { connectRedis, Keyspace, type RedisConnection, ScriptCaller, type ScriptRunner } from '@fanfare/redis-scripts';
import { startRedis, type ThrowawayRedis } from '@fanfare/testing';
import { GroupFollower } from './group-follower.js';
import type { LocalTimeline } from './local-timeline.js';
import type { Session } from './session.js';
import { SessionHub } from './session-hub.js';
import { newSession } from './sessions.fixture.js';

let redis: ThrowawayRedis;
let connection: RedisConnection;
let scripts: ScriptCaller;
let apps = 0;
/** As the user's side has it once it has been written. */
const VERSION = Number.MAX_SAFE_INTEGER;
const FROM_WHERE_THEY_JOINED = { resume: '', device: '', seen: '' };

beforeAll(async () => {
  redis = await startRedis({ mode: 'cluster' });
  connection = await connectRedis(redis.url);
  scripts = new ScriptCaller(connection);
});
afterAll(async () => {
  scripts.close();
  connection.close();
  await redis.stop();
});

const entryOf = (version: number) => ({ group: 'g', version, join: '', read: '', hasSeen: false });

/** A node with sessions of `users`, all attached to group g, and what Redis says of it. */
async function started(users: readonly string[], runner: ScriptRunner = scripts) {
  const keys = new Keyspace(`app${(apps += 1)}`, 4);
  const hub = new SessionHub(keys);
  const groups = new GroupFollower(runner, keys, hub, () => 'n1');
  await new Memberships(scripts, keys).join('g', users);
  const sessions: Session[] = [];
  for (const user of users) {
    const { session } = newSession(user);
    hub.add(session);
    sessions.push(session);
    await groups.attach(session, entryOf(VERSION), FROM_WHERE_THEY_JOINED);
  }
  await groups.interest.recount(); // those after the first were let in from memory
  const told = (): Promise<string | null> => {
    const [server] = redis.servers;
    if (!server) throw new Error('a started Redis has a server');
    const admin = server.connection();
    return admin.hget(keys.group('g').audience, 'n1').finally(() => admin.disconnect());
  };
  return { keys, hub, groups, sessions, told };
}

test('a user whose last session here goes is taken off the count, one with another session is not', async () => {
  const { hub, groups, sessions, told } = await started(['a', 'a', 'b', 'c']);
  expect(await told()).toBe('3');
  for (const index of [0, 2]) hub.remove(sessions[index] as Session);
  await groups.interest.recount();
  expect([await told(), hub.recount.size]).toEqual(['2', 0]);
  await groups.detach(sessions[1] as Session, 'group:g');
  await groups.interest.recount();
  expect(await told()).toBe('1');
});

test('the last one ends the interest; a count that was still to be told does not begin it again', async () => {
  const { hub, groups, sessions, told } = await started(['a', 'b']);
  hub.remove(sessions[0] as Session);
  await groups.detach(sessions[1] as Session, 'group:g');
  await groups.interest.recount();
  expect(await told()).toBeNull();
});

test('a count that could not be told is told with the next second', async () => {
  let isDown = false;
  const { hub, groups, sessions, told } = await started(['a', 'b'], {
    call: (script, ...rest) => (isDown ? Promise.reject(new Error('down')) : scripts.call(script, ...rest)),
  });
  hub.remove(sessions[0] as Session);
  isDown = true;
  await expect(groups.interest.recount()).rejects.toThrow('down');
  isDown = false;
  await groups.interest.recount();
  expect(await told()).toBe('1');
});

test('while it is asked where the user joined, nothing of the group is read for the session', async () => {
  let answer: () => void = () => undefined;
  const answered = new Promise<void>((resolve) => (answer = resolve));
  const { hub, groups } = await started([], {
    call: async (script, ...rest) => answered.then(() => scripts.call(script, ...rest)),
  });
  const { session } = newSession('a');
  hub.add(session);
  for (const follower of session.followers.values()) follower.isLive = true;
  const attaching = groups.attach(session, entryOf(VERSION), FROM_WHERE_THEY_JOINED);
  expect(session.followers.has('group:g')).toBe(true);
  expect(session.nextToCatchUp()).toBeUndefined();
  answer();
  expect(await attaching).toBeUndefined(); // no member
});

test('a session whose user joined again is not attached by what is known of the joining before', async () => {
  const { hub, groups } = await started(['a']);
  const { session } = newSession('a');
  hub.add(session);
  expect(await groups.attach(session, entryOf(1), FROM_WHERE_THEY_JOINED)).toBeUndefined();
  expect(session.followers.has('group:g')).toBe(false);
  expect(await groups.attach(session, entryOf(VERSION), FROM_WHERE_THEY_JOINED)).toMatchObject({ timeline: 'group:g' });
});

test('what is attached while the partition is being repaired waits for the repair', async () => {
  const { keys, hub, groups } = await started(['a']);
  const { session } = newSession('a');
  hub.add(session);
  hub.gapped.add(keys.group('g').home);
  await groups.attach(session, entryOf(VERSION), FROM_WHERE_THEY_JOINED);
  expect(session.followers.get('group:g')?.isHeld).toBe(true);
});

test('a group that somebody came to follow anew is not given up by the end of its last follower before', async () => {
  const { hub, groups, sessions, told } = await started(['a']);
  const [abandoned] = hub.remove(sessions[0] as Session).filter(({ kind }) => kind === 'group');
  const { session } = newSession('a');
  hub.add(session);
  await groups.attach(session, entryOf(VERSION), FROM_WHERE_THEY_JOINED);
  await groups.interest.release(abandoned as LocalTimeline);
  expect([await told(), hub.isHeld(hub.keys.group('g').home, 'group\tg')]).toEqual(['1', true]);
});

/** Sessions of members a, b and c that attach at once on a node that knows nothing; what Redis answers the first waits. */
async function together(answerFirst: () => Promise<unknown> = () => Promise.resolve()) {
  let asked = 0;
  const { hub, groups } = await started([], {
    call: async (script, ...rest) => {
      const reply = scripts.call(script, ...rest);
      if (script.name === 'group/attach' && (asked += 1) === 1) await answerFirst();
      return reply;
    },
  });
  await new Memberships(scripts, hub.keys).join('g', ['a', 'b', 'c']);
  const attach = (user: string) => {
    const { session } = newSession(user);
    hub.add(session);
    return { session, attached: groups.attach(session, entryOf(VERSION), FROM_WHERE_THEY_JOINED) };
  };
  return { hub, attach, asked: () => asked };
}

test('of those who attach at once one asks Redis, and the others go by its answer', async () => {
  const { attach, asked } = await together();
  const attached = await Promise.all(['a', 'b', 'c'].map((user) => attach(user).attached));
  expect(attached.map((status) => status?.timeline)).toEqual(['group:g', 'group:g', 'group:g']);
  expect(asked()).toBe(1);
});

test('where the one who asks is no member or gets no answer, the others ask for themselves', async () => {
  const { attach } = await together();
  const [x, a, b] = ['x', 'a', 'b'].map((user) => attach(user).attached);
  expect([await x, (await a)?.timeline, (await b)?.timeline]).toEqual([undefined, 'group:g', 'group:g']);
  const failing = await together(() => Promise.reject(new Error('down')));
  const [c, d] = ['a', 'b'].map((user) => failing.attach(user).attached);
  await expect(c).rejects.toThrow('down');
  expect((await d)?.timeline).toBe('group:g');
});

test('a session that ends while it waits for the answer of another asks nothing', async () => {
  const { attach, asked } = await together();
  const [a, b] = [attach('a'), attach('b')];
  b.session.isClosed = true;
  expect([(await a.attached)?.timeline, await b.attached, asked()]).toEqual(['group:g', undefined, 1]);
});
