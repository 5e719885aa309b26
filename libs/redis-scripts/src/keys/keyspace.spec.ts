import keySlot from 'cluster-key-slot';
import fc from 'fast-check';
import { Keyspace, type PartitionKeys, type TimelineKeys } from './keyspace.js';

const keys = new Keyspace('default', 256);
const id = fc.oneof(
  fc.string({ unit: 'grapheme', minLength: 1, maxLength: 12 }),
  fc.constantFrom('{', '}', '{all}', 'a/log', 'a/', '/', '*', '%2F', '{1}', 'log', 'all', 'é', 'e\u0301'),
);

const homeKeys = (home: PartitionKeys): string[] => [
  ...[home.part, home.links, home.users, home.online, home.leaving, home.sessions, home.disconnected],
  keys.nodeHoldings(home, 'n-1'),
  keys.linkChannel(home, 'n-1'),
];
const timelineKeys = ({ log, state, gone, ttl, audience }: TimelineKeys): string[] => [log, state, gone, ttl, audience];

const userKeys = (user: string, other: string): string[] => {
  const timeline = keys.user(user);
  return [
    ...timelineKeys(timeline),
    keys.userInfo(timeline),
    keys.userGroups(timeline),
    keys.userSeen(timeline, `group:${other}`),
    keys.userDevice(timeline, other),
    keys.idempotency(timeline, `user:${user}`, other),
  ];
};
const groupKeys = (group: string, other: string): string[] => {
  const timeline = keys.group(group);
  const own = [keys.groupMembers(timeline), keys.groupLeft(timeline)];
  return [...timelineKeys(timeline), ...own, keys.idempotency(timeline, `group:${group}`, other)];
};
const userLog = (space: Keyspace): string => space.user('u').log;
const slotsOf = (all: readonly string[]): Set<number> => new Set(all.map((key) => keySlot(key)));

test('everything of a user lies in one slot with its partition', () => {
  fc.assert(
    fc.property(id, id, (user, other) => {
      expect(slotsOf([...userKeys(user, other), ...homeKeys(keys.homeOf('user', user))]).size).toBe(1);
    }),
  );
});

test('everything of a group lies in one slot with its partition', () => {
  fc.assert(
    fc.property(id, id, (group, other) => {
      expect(slotsOf([...groupKeys(group, other), ...homeKeys(keys.homeOf('group', group))]).size).toBe(1);
    }),
  );
});

test('everything of `all` lies in one slot, and no partition is in it', () => {
  const nodes = [keys.deadNodes, keys.nodeReports, keys.goneNodes];
  const all = [...timelineKeys(keys.all), ...homeKeys(keys.all.home), ...nodes];
  expect(slotsOf(all).size).toBe(1);
  expect(keys.everyHome().map(({ part }) => keySlot(part))).not.toContain(keySlot(keys.all.log));
});

test('no two ids ever share a key, whatever they are made of', () => {
  fc.assert(
    fc.property(id, id, id, id, (user, other, device, otherDevice) => {
      fc.pre(user !== other);
      const own = userKeys(user, device).filter((key) => key !== keys.user(user).audience);
      for (const key of own) expect(userKeys(other, otherDevice)).not.toContain(key);
    }),
  );
});

test('a user, a group and a device of the same name share no key', () => {
  fc.assert(
    fc.property(id, (name) => {
      const all = [...userKeys(name, name), ...groupKeys(name, name), ...homeKeys(keys.homeOf('user', name))];
      const shared = keys.user(name).audience; // a user's audience is the partition's sessions
      expect(all.filter((key) => key === shared)).toHaveLength(2);
      expect(new Set(all).size).toBe(all.length - 1);
    }),
  );
});

test('two apps share no key', () => {
  const apps = ['default', 'defaul', 'default/', 'default/{0}', '{all}', '%7Ball%7D'].map(
    (app) => new Keyspace(app, 1),
  );
  for (const keysOf of [({ config }: Keyspace) => config, ({ all }: Keyspace) => all.log, userLog]) {
    expect(new Set(apps.map(keysOf)).size).toBe(apps.length);
  }
});

test('a key is the app, the tag and the rest, with separators that no id can hold', () => {
  const [tag] = /\{\d+\}/.exec(keys.user('a/b').log) ?? [];
  expect(keys.user('a/b').log).toBe(`default/${tag}/u/a%2Fb/log`);
  expect(keys.userSeen(keys.user('a'), 'group:x/y')).toMatch(/^default\/\{\d+\}\/u\/a\/seen\/group%3Ax%2Fy$/);
});

test('every partition can be asked for by its number, and no other', () => {
  expect(keys.everyHome().map(({ index }) => keys.home(index))).toEqual(keys.everyHome());
  expect(keys.home(-1)).toBe(keys.all.home);
  for (const index of [-2, 256, 0.5]) expect(() => keys.home(index)).toThrow(RangeError);
});
