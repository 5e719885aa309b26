import { Problem, userId } from '@fanfare/contracts';
import { z } from 'zod';
import { SchemaPipe } from './schema.pipe.js';

const pipe = new SchemaPipe();

function refusal(name: string, schema: z.ZodType, value: unknown): Problem {
  try {
    pipe.transform(value, { type: 'param', data: name, schema });
  } catch (error) {
    if (error instanceof Problem) return error;
  }
  throw new Error('it was accepted');
}

test('a parameter is handed on as its schema makes it, time and again', () => {
  const schema = z.string().transform(Number);
  for (const value of ['1', '2', '3']) {
    expect(pipe.transform(value, { type: 'param', data: 'id', schema })).toBe(Number(value));
  }
});

test('one schema under two names points to each by its own', () => {
  for (const name of ['id', 'user', 'id']) {
    expect(refusal(name, userId, '').errors).toMatchObject([{ pointer: `/${name}` }]);
    expect(refusal(name, userId, '').errors?.[0]?.detail).toMatch(/^in the path: a user id must be/);
  }
});

test('two schemas under one name are not taken for each other', () => {
  expect(refusal('id', z.literal('a'), 'b').code).toBe('invalid');
  expect(pipe.transform('b', { type: 'param', data: 'id', schema: z.literal('b') })).toBe('b');
});
