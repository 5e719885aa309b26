import { audience, inboxQuery, Problem, publishRequest, putUserRequest, readRequest } from '@fanfare/contracts';
import { z } from 'zod';
import { check } from './check.js';
import { pointerOf } from './issues.js';

function errorsOf(schema: z.ZodType, value: unknown) {
  try {
    check(schema, value);
  } catch (error) {
    if (error instanceof Problem) return { code: error.code, errors: error.errors, detail: error.message };
    throw error;
  }
  return undefined;
}

const first = (schema: z.ZodType, value: unknown) => errorsOf(schema, value)?.errors?.[0];

test('what fits is handed back as the schema made it', () => {
  expect(check(inboxQuery, { limit: '5', unread: 'true' })).toEqual({ limit: 5, unread: true });
});

test('a missing field is said to be required, at its pointer', () => {
  expect(errorsOf(publishRequest, { to: { user: 'alice' } })).toEqual({
    code: 'invalid',
    errors: [{ pointer: '/payload', detail: 'is required (any JSON)' }],
    detail: '/payload: is required (any JSON)',
  });
  expect(first(z.object({ a: z.object({ b: z.string() }) }), { a: {} })).toEqual({
    pointer: '/a/b',
    detail: 'is required',
  });
});

test('an unknown field is named', () => {
  const errors = errorsOf(publishRequest, { to: { all: true }, payload: 1, ttl: 3, 'a/b': 4 })?.errors;
  expect(errors).toEqual([
    { pointer: '/ttl', detail: 'is not a known field' },
    { pointer: '/a~1b', detail: 'is not a known field' },
  ]);
});

test('in an audience the alternative that was meant is looked into', () => {
  expect(first(publishRequest, { to: { user: '' }, payload: 1 })).toMatchObject({ pointer: '/to/user' });
  expect(first(publishRequest, { to: { user: 7 }, payload: 1 })).toEqual({
    pointer: '/to/user',
    detail: 'expected string, received number',
  });
  expect(first(publishRequest, { to: { group: 'a', x: 1 }, payload: 1 })).toEqual({
    pointer: '/to/x',
    detail: 'is not a known field',
  });
  expect(first(publishRequest, { to: { all: false }, payload: 1 })).toMatchObject({ pointer: '/to/all' });
});

test('a filter is pointed into, and where there can be none it is an unknown field', () => {
  const of = (to: unknown) => first(publishRequest, { to, payload: 1 });
  expect(of({ all: true, where: { age: { gte: true } } })?.pointer).toBe('/to/where/age/gte');
  expect(of({ group: 'g', where: { any: [{ 'a/b': {} }] } })?.pointer).toBe('/to/where/any/0/a~1b');
  expect(of({ all: true, where: 7 })?.pointer).toBe('/to/where');
  expect(of({ all: true, where: {} })).toEqual({ pointer: '/to/where', detail: 'must name at least one attribute' });
  for (const to of [{ user: 'a' }, { online: true }, { users: ['a'] }]) {
    expect(of({ ...to, where: { a: 1 } })).toEqual({ pointer: '/to/where', detail: 'is not a known field' });
  }
});

test('an audience that could be several, or none, is told what there is', () => {
  const detail = 'must be {"user": id}, {"group": id}, {"users": [1 to 100000 ids]}, {"all": true} or {"online": true}';
  for (const to of [{}, { user: 'a', group: 'b' }, 'alice', null, []]) {
    expect(first(publishRequest, { to, payload: 1 })).toEqual({ pointer: '/to', detail });
  }
  expect(first(publishRequest, { payload: 1 })).toEqual({ pointer: '/to', detail });
  expect(first(audience, 7)).toEqual({ pointer: '', detail });
});

test('in a list the element is named', () => {
  expect(first(readRequest, { timeline: 'all', offsets: [1, 0] })?.pointer).toBe('/offsets/1');
  expect(first(putUserRequest, { attributes: { '': 1 } })?.detail).toMatch(/^the key /);
});

test('no more than 20 errors are told', () => {
  expect(errorsOf(z.array(z.string()), new Array(500).fill(1))?.errors).toHaveLength(20);
});

test('pointers escape as RFC 6901 says', () => {
  expect(pointerOf(['a/b', 'm~n', 0])).toBe('/a~1b/m~0n/0');
});
