import { SessionHub } from './session-hub.js';
import { keys, newSession } from './sessions.fixture.js';

function hubWith(...users: string[]) {
  const hub = new SessionHub(keys);
  const sessions = users.map((user) => newSession(user).session);
  for (const session of sessions) hub.add(session);
  return { hub, sessions };
}

test('a session follows its own timeline and `all` from the beginning', () => {
  const { hub, sessions } = hubWith('a', 'a', 'b');
  expect([...hub.timelines.keys()].sort()).toEqual(['all', 'user:a', 'user:b']);
  expect([...(sessions[0]?.followers.keys() ?? [])].sort()).toEqual(['all', 'user:a']);
  expect([hub.sessionsOf('a').length, hub.sessionsOf('b').length, hub.sessionsOf('c').length]).toEqual([2, 1, 0]);
});

test('timelines live as long as somebody follows them', () => {
  const { hub, sessions } = hubWith('a', 'a');
  const [first, second] = sessions;
  if (!first || !second) throw new Error('two sessions');
  const group = hub.timeline('group', 'g');
  first.follow(group);
  expect(hub.remove(first).map(({ name }) => name)).toEqual(['group:g']);
  expect([...hub.timelines.keys()].sort()).toEqual(['all', 'user:a']);
  expect([hub.hasUser('a'), hub.remove(second).length, hub.hasUser('a'), hub.timelines.size]).toEqual([
    true,
    2,
    false,
    0,
  ]);
});

test('one timeline has one object, however often it is asked for', () => {
  const { hub } = hubWith('a');
  expect(hub.timeline('group', 'g')).toBe(hub.timeline('group', 'g'));
  expect(hub.timeline('all', '')).toBe(hub.timelines.get('all'));
});

test('unfollowing what is not followed changes nothing', () => {
  const { hub, sessions } = hubWith('a');
  if (sessions[0]) expect(hub.unfollow(sessions[0], 'group:g')).toBeUndefined();
  expect(hub.timelines.size).toBe(2);
});

test('what is held in a partition is counted once each, as scripts count it', () => {
  const { hub } = hubWith();
  const home = keys.home(0);
  for (const item of ['user\ta', 'user\ta', 'group\ta']) hub.noteHeld(home, item);
  hub.noteHeld(keys.home(1), 'user\tb');
  expect(hub.countHeld(home)).toBe(2);
  hub.noteReleased(home, 'user\ta');
  hub.noteReleased(home, 'user\tnever');
  expect([hub.countHeld(home), hub.countHeld(keys.home(2))]).toEqual([1, 0]);
  hub.forgetHeld();
  expect([hub.countHeld(home), hub.countHeld(keys.home(1))]).toEqual([0, 0]);
});

test('sessions and groups are found by the partition they belong to', () => {
  const { hub, sessions } = hubWith('a', 'b', 'c', 'd');
  for (const group of ['g1', 'g2', 'g3']) sessions[0]?.follow(hub.timeline('group', group));
  const homes = keys.everyHome();
  expect(homes.flatMap((home) => hub.sessionsIn(home)).length).toBe(4);
  expect(
    homes
      .flatMap((home) => hub.groupsIn(home))
      .map(({ id }) => id)
      .sort(),
  ).toEqual(['g1', 'g2', 'g3']);
});

test('what is to be read on for comes in this order: the own timeline, groups, `all`', () => {
  const { hub, sessions } = hubWith('a');
  const [session] = sessions;
  session?.follow(hub.timeline('group', 'g'));
  const order: (string | undefined)[] = [];
  for (let next = session?.nextToCatchUp(); next; next = session?.nextToCatchUp()) {
    order.push(next.timeline.name);
    next.isLive = true;
  }
  expect(order).toEqual(['user:a', 'group:g', 'all']);
});

test('what is held back for a repair is not read on for', () => {
  const { sessions } = hubWith('a');
  for (const follower of sessions[0]?.followers.values() ?? []) follower.isHeld = true;
  expect(sessions[0]?.nextToCatchUp()).toBeUndefined();
});
