import { Keyspace } from '@fanfare/redis-scripts';
import { groupEntries, timelineKeysOf } from './cursors.js';

test('a group in a user’s index has a version, the position at joining, and the read cursor', () => {
  expect(groupEntries(['eng', '7 3 1.a.2 5 1.a.2 1', 'ops', '8 0 1.a.2 0 1.a.2 0'])).toEqual([
    { group: 'eng', version: 7, join: '3 1.a.2', read: '5 1.a.2', hasSeen: true },
    { group: 'ops', version: 8, join: '0 1.a.2', read: '0 1.a.2', hasSeen: false },
  ]);
});

test('a second epoch may be told as the same', () => {
  expect(groupEntries(['eng', '7 3 1.a.2 5 = 1'])).toEqual(groupEntries(['eng', '7 3 1.a.2 5 1.a.2 1']));
});

test('a group that was left, and what can not be read, is passed over', () => {
  expect(groupEntries(['eng', '-7', 'ops', '', 'x', '7 3 1.a.2', 'odd'])).toEqual([]);
});

test('a group may be named like anything', () => {
  expect(groupEntries(['a b\u2028c', '7 3 1.a.2 5 1.a.2 1'])[0]?.group).toBe('a b\u2028c');
});

test('a name of a timeline leads to its keys, anything else to none', () => {
  const keys = new Keyspace('app', 4);
  expect(timelineKeysOf(keys, 'user:a')).toEqual(keys.user('a'));
  expect(timelineKeysOf(keys, 'group:a')).toEqual(keys.group('a'));
  expect(timelineKeysOf(keys, 'all')).toBe(keys.all);
  for (const name of ['', 'a', 'user:', 'topic:a', 'userx']) expect(timelineKeysOf(keys, name)).toBeUndefined();
});
