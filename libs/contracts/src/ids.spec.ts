import fc from 'fast-check';
import { idempotencyKey, userId } from './ids.js';

const accepts = (id: unknown): boolean => userId.safeParse(id).success;

test('any text of 1 to 128 bytes without control characters is an id', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme', minLength: 1 }), (id) => {
      fc.pre(!/\p{Cc}/u.test(id));
      expect(accepts(id)).toBe(Buffer.byteLength(id) <= 128);
    }),
  );
});

test('the length counts in bytes of UTF-8', () => {
  expect(accepts('a'.repeat(128))).toBe(true);
  expect(accepts('a'.repeat(129))).toBe(false);
  expect(accepts('é'.repeat(64))).toBe(true);
  expect(accepts('é'.repeat(65))).toBe(false);
});

test.each(['{', '}', '*', ':', '/', '%', ' ', '__proto__', '😀', '\u202E', 'e\u0301'])('%j is an id', (id) => {
  expect(accepts(id)).toBe(true);
});

test.each(['', 'a\nb', 'a\tb', '\0', '\x7F', '\x85', '\uD800', 'a\uDC00', 1, null, undefined, {}, ['a']])(
  '%j is none',
  (id) => expect(accepts(id)).toBe(false),
);

test('an idempotency key may be longer than an id', () => {
  expect(idempotencyKey.safeParse('k'.repeat(255)).success).toBe(true);
  expect(idempotencyKey.safeParse('k'.repeat(256)).success).toBe(false);
});
