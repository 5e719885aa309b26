import { limits } from '../limits.js';
import { membersRequest, putGroupRequest } from './groups.js';

const users = (count: number): string[] => Array.from({ length: count }, (_, index) => `u${index}`);
const accepts = (body: unknown): boolean => membersRequest.safeParse(body).success;

test('members are added, removed, or both, up to 10,000 in all', () => {
  expect(accepts({ add: ['a'] })).toBe(true);
  expect(accepts({ remove: ['a'], add: [] })).toBe(true);
  expect(accepts({ add: users(5000), remove: users(5000) })).toBe(true);
  expect(accepts({ add: users(5000), remove: users(5001) })).toBe(false);
  expect(accepts({ add: users(limits.membersPerRequest + 1) })).toBe(false);
});

test.each([
  {},
  { add: [] },
  { add: [], remove: [] },
  { add: [''] },
  { add: [1] },
  { add: 'a' },
  { add: ['a'], role: 1 },
])('%j changes nothing and is refused', (body) => expect(accepts(body)).toBe(false));

test('retention is bounded both ways', () => {
  const put = (retention: unknown): boolean => putGroupRequest.safeParse({ retention }).success;
  expect(put({})).toBe(true);
  expect(put({ messages: limits.retentionMessages, seconds: limits.ttlSeconds })).toBe(true);
  for (const wrong of [{ messages: 0 }, { messages: limits.retentionMessages + 1 }, { seconds: 0 }, { days: 1 }, 5]) {
    expect(put(wrong)).toBe(false);
  }
});
