import { limits } from '../limits.js';
import { inboxQuery, pageQuery, putUserRequest, readRequest } from './users.js';

test.each([
  { timeline: 'user:alice', upTo: 0 },
  { timeline: 'all', upTo: Number.MAX_SAFE_INTEGER },
  { timeline: 'group:eng', offsets: [1, 1, 5] },
  { everything: true },
])('%j can be read', (body) => {
  expect(readRequest.safeParse(body).success).toBe(true);
});

test.each([
  { timeline: 'user:alice' },
  { timeline: 'userx', upTo: 1 },
  { timeline: 'all', upTo: -1 },
  { timeline: 'all', upTo: 1.5 },
  { timeline: 'all', upTo: 2 ** 53 },
  { timeline: 'all', upTo: '1' },
  { timeline: 'all', offsets: [] },
  { timeline: 'all', offsets: [0] },
  { timeline: 'all', offsets: new Array<number>(limits.seenOffsets + 1).fill(1) },
  { timeline: 'all', upTo: 1, offsets: [1] },
  { everything: false },
  { everything: true, timeline: 'all' },
  {},
])('%j can not', (body) => {
  expect(readRequest.safeParse(body).success).toBe(false);
});

test('numbers of a query are read from text', () => {
  expect(inboxQuery.parse({ timeline: '*', after: '0', before: '9', limit: '100', unread: 'true' })).toEqual({
    ...{ timeline: '*', after: 0, before: 9, limit: 100, unread: true },
  });
  expect(pageQuery.parse({})).toEqual({});
});

test.each([
  ...[{ limit: '0' }, { limit: '101' }, { limit: '1e1' }, { limit: '-1' }, { limit: ' 1' }, { limit: '' }],
  ...[{ after: '-1' }, { after: '1.5' }, { after: '9007199254740993' }, { before: '0' }, { unread: 'yes' }],
  ...[{ timeline: '**' }, { cursor: 'c'.repeat(4097) }, { offset: '1' }, { limit: ['1', '2'] }],
])('the query %j is refused', (query) => {
  expect(inboxQuery.safeParse(query).success).toBe(false);
});

test('attributes are few, small and flat', () => {
  const accepts = (attributes: unknown): boolean => putUserRequest.safeParse({ attributes }).success;
  const many = (count: number, value: unknown): unknown =>
    Object.fromEntries(Array.from({ length: count }, (_, index) => [`a${index}`, value]));
  expect(accepts({ plan: 'pro', age: 3, beta: true, left: null })).toBe(true);
  expect(accepts(many(64, 1))).toBe(true);
  expect(accepts(many(65, 1))).toBe(false);
  expect(accepts(many(9, 'x'.repeat(1000)))).toBe(false);
  for (const value of [{}, [], undefined]) expect(accepts({ value })).toBe(false);
  for (const name of ['', 'n'.repeat(65)]) expect(accepts({ [name]: 1 })).toBe(false);
});
