import { Problem } from '@fanfare/contracts';
import { pageOfGroups } from './groups-page.js';

const groups = [
  { group: 'late', joinedAt: 300 },
  { group: 'b ü', joinedAt: 100 },
  { group: 'a', joinedAt: 100 },
];

test('pages follow each other in the order of joining, none twice and none left out', () => {
  const first = pageOfGroups(groups, { limit: 2 });
  expect(first.groups.map(({ group }) => group)).toEqual(['a', 'b ü']);
  const second = pageOfGroups(groups, { limit: 2, cursor: first.cursor ?? '' });
  expect(second).toEqual({ groups: [{ group: 'late', joinedAt: 300 }], cursor: null });
});

test('a group left between two pages changes nothing for the others', () => {
  const { cursor } = pageOfGroups(groups, { limit: 2 });
  const rest = pageOfGroups(groups.slice(0, 1), { cursor: cursor ?? '' });
  expect(rest.groups.map(({ group }) => group)).toEqual(['late']);
});

test('a page that just fits has no cursor', () => {
  expect(pageOfGroups(groups, { limit: 3 }).cursor).toBeNull();
  expect(pageOfGroups([], {})).toEqual({ groups: [], cursor: null });
});

test('a foreign cursor is refused', () => {
  expect(() => pageOfGroups(groups, { cursor: 'nonsense' })).toThrow(Problem);
});
