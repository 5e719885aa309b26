import { limits } from '../limits.js';
import { batchRequest, publishRequest } from './messages.js';

const accepts = (body: unknown): boolean => publishRequest.safeParse(body).success;
const message = (fields: object): object => ({ to: { user: 'alice' }, payload: 1, ...fields });

test.each([{ user: 'alice' }, { users: ['a', 'b'] }, { group: 'eng' }, { all: true }, { online: true }])(
  '%j is an audience',
  (to) => {
    expect(accepts(message({ to }))).toBe(true);
  },
);

test.each([
  ...[{}, null, 'alice', { user: '' }, { user: 1 }, { all: false }, { all: 'true' }, { topic: 'a' }],
  ...[
    { user: 'a', group: 'b' },
    { user: 'a', all: true },
  ],
  ...[{ users: [] }, { users: 'a' }, { users: [''] }, { users: ['a'], user: 'a' }],
])('%j is none', (to) => {
  expect(accepts(message({ to }))).toBe(false);
});

test.each([null, false, 0, '', [], {}, 'text', { deep: [{ er: null }] }])(
  'the payload may be any JSON: %j',
  (payload) => {
    expect(accepts(message({ payload }))).toBe(true);
  },
);

test('a payload that is missing is refused', () => {
  expect(accepts({ to: { all: true } })).toBe(false);
});

test('a list holds at most 100,000 users', () => {
  const users = (count: number) => message({ to: { users: Array.from({ length: count }, (_, index) => `u${index}`) } });
  expect(accepts(users(100_000))).toBe(true);
  expect(accepts(users(100_001))).toBe(false);
});

test('unknown fields are refused', () => {
  expect(accepts(message({ priorty: 'high' }))).toBe(false);
  expect(accepts(JSON.parse('{"to":{"user":"a"},"payload":1,"__proto__":{}}'))).toBe(false);
});

test.each([
  { ttlSeconds: 0 },
  { ttlSeconds: 1.5 },
  { ttlSeconds: limits.ttlSeconds + 1 },
  { ttlSeconds: '60' },
  { priority: 'asap' },
  { type: '' },
  { type: 'a\nb' },
  { from: '' },
  { ephemeral: 1 },
  { deliverAt: -1 },
  { deliverAt: 'tomorrow' },
  { deliverAt: 1.5 },
  { idempotencyKey: '' },
  { idempotencySeconds: limits.idempotencySeconds + 1 },
])('%j is refused', (fields) => {
  expect(accepts(message(fields))).toBe(false);
});

test('a message with every field is accepted', () => {
  const fields = { type: 'chat', priority: 'urgent', ttlSeconds: 60, ephemeral: false, from: 'bob' };
  expect(accepts(message({ ...fields, idempotencyKey: 'k', idempotencySeconds: 60 }))).toBe(true);
});

test('a batch holds 1 to 1,000 messages, each of which is looked at by itself', () => {
  const sized = (size: number): unknown => ({ messages: new Array<unknown>(size).fill('not a message') });
  expect(batchRequest.safeParse(sized(1000)).success).toBe(true);
  for (const size of [0, 1001]) expect(batchRequest.safeParse(sized(size)).success).toBe(false);
});
