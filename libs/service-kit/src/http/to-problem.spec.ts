import { Problem } from '@fanfare/contracts';
import { ScriptError, TimeoutError, UnavailableError } from '@fanfare/redis-scripts';
import { HttpException, NotFoundException } from '@nestjs/common';
import { toProblem } from './to-problem.js';

function fastifyError(code: string, statusCode: number, message = code): Error {
  return Object.assign(new Error(message), { name: 'FastifyError', code, statusCode });
}

const summary = (error: unknown) => {
  const { code, status, retryAfter } = toProblem(error);
  return { code, status, retryAfter };
};

test('a problem is itself', () => {
  const problem = new Problem('group_unknown', 'no such group');
  expect(toProblem(problem)).toBe(problem);
});

test('a problem of 429 or 503 without a time to retry gets one', () => {
  expect(summary(new Problem('lane_full', 'x'))).toEqual({ code: 'lane_full', status: 503, retryAfter: 1 });
  expect(summary(new Problem('rate_limited', 'x', { retryAfter: 7 })).retryAfter).toBe(7);
});

test('a Redis that is away, or late, is a reason to try again', () => {
  const unavailable = new UnavailableError('timeline/append', 'connection');
  expect(summary(unavailable)).toEqual({ code: 'unavailable', status: 503, retryAfter: 1 });
  expect(summary(new TimeoutError('timeline/append', 5000))).toEqual({ code: 'timeout', status: 504, retryAfter: 1 });
});

test.each([
  [fastifyError('FST_ERR_CTP_BODY_TOO_LARGE', 413), 'too_large'],
  [fastifyError('FST_ERR_CTP_INVALID_MEDIA_TYPE', 415), 'bad_request'],
  [fastifyError('FST_ERR_BAD_URL', 400), 'bad_request'],
  [new HttpException('x', 415, { cause: fastifyError('FST_ERR_CTP_INVALID_MEDIA_TYPE', 415) }), 'bad_request'],
  [new NotFoundException('Cannot GET /x'), 'not_found'],
  [new HttpException('x', 405), 'not_found'],
  [new HttpException('x', 418), 'bad_request'],
  [new HttpException('x', 503), 'unavailable'],
])('%s is a problem of its own code', (error, code) => {
  expect(toProblem(error).code).toBe(code);
});

test.each([
  new Error('connect ECONNREFUSED 10.0.0.7:6379'),
  new ScriptError('timeline/append', 'answered the undeclared status X'),
  new HttpException('secret', 500),
  Object.assign(new Error('secret'), { statusCode: 400 }),
  'secret',
  undefined,
])('anything else is internal, and its text stays here: %s', (error) => {
  const problem = toProblem(error);
  expect(problem.code).toBe('internal');
  expect(JSON.stringify(problem.toDocument())).not.toMatch(/secret|10\.0|undeclared/);
  expect(problem.cause).toBe(error);
});
