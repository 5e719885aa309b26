import fc from 'fast-check';
import { groupTimeline, parseTimeline, timelineName, userTimeline } from './timeline-names.js';

const id = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 20 }).filter((text) => !/\p{Cc}/u.test(text));

test('the name of a user or a group is taken apart into what it was made of', () => {
  fc.assert(
    fc.property(id, (name) => {
      expect(parseTimeline(userTimeline(name))).toEqual({ kind: 'user', id: name });
      expect(parseTimeline(groupTimeline(name))).toEqual({ kind: 'group', id: name });
    }),
  );
  expect(parseTimeline('all')).toEqual({ kind: 'all', id: '' });
});

test('an id that looks like a name stays an id', () => {
  expect(parseTimeline('user:group:a')).toEqual({ kind: 'user', id: 'group:a' });
  expect(parseTimeline('user:all')).toEqual({ kind: 'user', id: 'all' });
});

test.each([
  '',
  'userx',
  'groupx',
  'user',
  'users:a',
  'All',
  'all:',
  ':a',
  'user:',
  'group:',
  'topic:a',
  'USER:a',
  'user:a\nb',
  '*',
])('%j names no timeline', (name) => {
  expect(parseTimeline(name)).toBeUndefined();
  expect(timelineName.safeParse(name).success).toBe(false);
});
