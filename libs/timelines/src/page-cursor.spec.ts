import { type PageCursor, decodeCursor, encodeCursor } from './page-cursor.js';

const cursors: PageCursor[] = [
  { after: 0 },
  { before: 12 },
  { until: 1_800_000_000_000, below: { 'user:a/ü "x"': 3, all: 9 } },
  { until: 0, below: {} },
];

test.each(cursors)('%j can be read back, and stands in a URL as it is', (cursor) => {
  const text = encodeCursor(cursor);
  expect(decodeCursor(text)).toEqual(cursor);
  expect(encodeURIComponent(text)).toBe(text);
});

test.each(['', 'x', '!', 'bnVsbA', Buffer.from('{"after":"1"}').toString('base64url')])('%j is refused', (text) => {
  expect(() => decodeCursor(text)).toThrow('not one that a page answered');
});

test('a name that means something to objects is a name like others', () => {
  const text = Buffer.from('{"until":1,"below":{"__proto__":5}}').toString('base64url');
  const decoded = decodeCursor(text) as { below: Record<string, number> };
  expect(Object.getPrototypeOf(decoded.below)).toBe(Object.prototype);
  expect(({} as Record<string, unknown>)['5']).toBeUndefined();
});
