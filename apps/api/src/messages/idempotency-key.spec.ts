import { Problem, type PublishRequest } from '@fanfare/contracts';
import { withKeyOfHeader } from './idempotency-key.js';

const request: PublishRequest = { to: { user: 'alice' }, payload: 1 };
const codeOf = (run: () => unknown) => {
  try {
    run();
  } catch (error) {
    return error instanceof Problem ? error.code : error;
  }
  return undefined;
};

test('the header is as good as the field', () => {
  expect(withKeyOfHeader(request, 'k1')).toEqual({ ...request, idempotencyKey: 'k1' });
  expect(withKeyOfHeader({ ...request, idempotencyKey: 'k1' }, 'k1').idempotencyKey).toBe('k1');
  expect(withKeyOfHeader({ ...request, idempotencyKey: 'k1' }, undefined).idempotencyKey).toBe('k1');
  expect(withKeyOfHeader(request, undefined)).toBe(request);
});

test('two that differ are a bad request', () => {
  expect(codeOf(() => withKeyOfHeader({ ...request, idempotencyKey: 'k1' }, 'k2'))).toBe('bad_request');
});

test.each(['', 'x'.repeat(256), 'k\u00e9', 'a\tb'])('%j is no key', (header) => {
  expect(codeOf(() => withKeyOfHeader(request, header))).toBe('invalid');
});
