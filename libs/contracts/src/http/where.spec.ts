import { limits } from '../limits.js';
import { publishRequest } from './messages.js';
import { where } from './where.js';

const errorsOf = (filter: unknown) =>
  (where.safeParse(filter).error?.issues ?? []).map((issue) => [`/${issue.path.join('/')}`, issue.message]);
const operators = '(eq, ne, gt, gte, lt, lte, in, exists)';

test.each<object>([
  { plan: 'pro' },
  { plan: null, beta: true, age: 3 },
  { age: { gte: 18, lt: 65 }, plan: { in: ['pro', 1, false, null] }, email: { exists: false } },
  { any: [{ plan: 'pro' }, { age: { gt: 3 }, any: [{ a: { ne: 1 } }, { b: '' }] }] },
  { any: [{ any: [{ any: [{ any: [{ any: [{ a: 1 }] }] }] }] }] },
  { toString: 1, constructor: { eq: 1 } },
])('%j is a filter', (filter) => {
  expect(errorsOf(filter)).toEqual([]);
});

const notDeep = { any: [{ any: [{ any: [{ any: [{ any: [{ any: [{ a: 1 }] }] }] }] }] }] };

test.each<[unknown, string, string]>([
  [{}, '/', 'must name at least one attribute'],
  [{ plan: {} }, '/plan', `must hold an operator ${operators}`],
  [
    { plan: ['pro'] },
    '/plan',
    `must be a string, a number, a boolean or null, or an object with operators ${operators}`,
  ],
  [{ plan: { is: 'pro' } }, '/plan/is', `is no operator ${operators}`],
  [{ plan: { toString: 'pro' } }, '/plan/toString', `is no operator ${operators}`],
  [{ plan: { eq: {} } }, '/plan/eq', 'must be a string, a number, a boolean or null'],
  [{ plan: { ne: [1] } }, '/plan/ne', 'must be a string, a number, a boolean or null'],
  [{ age: { gt: null } }, '/age/gt', 'must be a number or a string: nothing else has an order'],
  [{ age: { lte: true } }, '/age/lte', 'must be a number or a string: nothing else has an order'],
  [{ age: { lt: {} } }, '/age/lt', 'must be a number or a string'],
  [{ age: { gte: Infinity } }, '/age/gte', 'must be a number or a string'],
  [{ name: { gt: 'ü'.repeat(65) } }, '/name/gt', 'must be at most 128 bytes'],
  [{ plan: { in: [] } }, '/plan/in', 'must be a list of 1 to 100 values'],
  [{ plan: { in: 'pro' } }, '/plan/in', 'must be a list of 1 to 100 values'],
  [{ plan: { in: new Array(101).fill(1) } }, '/plan/in', 'must be a list of 1 to 100 values'],
  [{ plan: { in: ['pro', {}] } }, '/plan/in/1', 'must be a string, a number, a boolean or null'],
  [{ plan: { exists: 1 } }, '/plan/exists', 'must be true or false'],
  [{ plan: '\ud800' }, '/plan', 'must not hold half of a surrogate pair'],
  [{ '': 1 }, '/', 'is no name of an attribute (1 to 64 characters)'],
  [{ any: {} }, '/any', 'must be a list of filters, not empty'],
  [{ any: [] }, '/any', 'must be a list of filters, not empty'],
  [{ any: [{ a: 1 }, 'b'] }, '/any/1', 'must be an object'],
  [{ any: [{ a: 1 }, {}] }, '/any/1', 'must name at least one attribute'],
  [{ any: [{ a: { eq: [] } }] }, '/any/0/a/eq', 'must be a string, a number, a boolean or null'],
  [notDeep, '/any/0/any/0/any/0/any/0/any/0/any', 'is nested more than 5 deep'],
  [{ a: 'x'.repeat(limits.whereBytes) }, '/', `is over ${limits.whereBytes} bytes of JSON`],
])('%j is none', (filter, pointer, message) => {
  expect(errorsOf(filter)).toEqual([[pointer, message]]);
});

test('it holds at most 10 conditions, those of any and each operator counted', () => {
  const of = (count: number) => Object.fromEntries(Array.from({ length: count }, (_, index) => [`a${index}`, index]));
  expect(errorsOf(of(10))).toEqual([]);
  expect(errorsOf(of(11))).toEqual([['/', 'holds more than 10 conditions']]);
  expect(errorsOf({ ...of(7), any: [{ x: { gt: 1, lt: 2 } }, { y: 1 }] })).toEqual([]);
  expect(errorsOf({ ...of(8), any: [{ x: { gt: 1, lt: 2 } }, { y: 1 }] })).toHaveLength(1);
});

test('what is absurdly large or deep is refused at once, with few errors', () => {
  const wide = Object.fromEntries(Array.from({ length: 100_000 }, (_, index) => [`a${index}`, {}]));
  expect(errorsOf(wide).length).toBeLessThanOrEqual(21);
  expect(errorsOf({ any: new Array(100_000).fill({}) }).length).toBeLessThanOrEqual(21);
  let deep: unknown = { a: 1 };
  for (let level = 0; level < 100_000; level += 1) deep = { any: [deep] };
  expect(errorsOf(deep)).toHaveLength(1);
});

test('it goes with all and with a group, and with nobody else', () => {
  const accepts = (to: object) => publishRequest.safeParse({ to: { ...to, where: { a: 1 } }, payload: 1 }).success;
  expect([{ all: true }, { group: 'g' }].map(accepts)).toEqual([true, true]);
  expect([{ user: 'a' }, { users: ['a'] }, { online: true }].map(accepts)).toEqual([false, false, false]);
});
