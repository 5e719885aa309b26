import { limits, type PublishRequest } from '@fanfare/contracts';
import fc from 'fast-check';
import { messageFields, messageJson } from './message-json.js';

const id = '0199a0b0-0000-7000-8000-000000000000';
const at = 1_800_000_000_000;
const text = (request: Omit<PublishRequest, 'to'>): string =>
  messageJson(messageFields(id, at, request), request.payload);

const name = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 12 });
const request = fc.record(
  {
    payload: fc.jsonValue(),
    type: name,
    from: name,
    priority: fc.constantFrom('urgent' as const, 'high' as const, 'normal' as const, 'bulk' as const),
    ttlSeconds: fc.integer({ min: 1, max: limits.ttlSeconds }),
  },
  { requiredKeys: ['payload'] },
);

test('what is read back is what was asked for', () => {
  fc.assert(
    fc.property(request, (asked) => {
      const { payload, type = 'message', priority = 'normal', from, ttlSeconds } = asked;
      expect(JSON.parse(text(asked as PublishRequest))).toEqual({
        ...{ id, type, priority, at, payload: JSON.parse(JSON.stringify(payload)) as unknown },
        ...(from === undefined ? {} : { from }),
        ...(ttlSeconds === undefined ? {} : { expiresAt: at + ttlSeconds * 1000 }),
      });
    }),
  );
});

test('the id stands first and has a fixed place, where scripts look for it', () => {
  fc.assert(fc.property(request, (asked) => text(asked as PublishRequest).slice(7, 43) === id));
  expect(text({ payload: 1 }).slice(0, 7)).toBe('{"id":"');
});

test('the text holds no line feed or other control character, whatever is in the payload', () => {
  expect(text({ payload: 'a\nb\u0000\t"\\', type: 'q"' })).not.toMatch(/\p{Cc}/u);
});

test('the limit of a payload counts bytes of its JSON', () => {
  const fits = 'é'.repeat(limits.payloadBytes / 2 - 1);
  expect(() => text({ payload: fits })).not.toThrow();
  expect(() => text({ payload: `${fits}é` })).toThrow('over 65536 bytes');
});
