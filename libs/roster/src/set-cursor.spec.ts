import { decodeSetCursor, encodeSetCursor, setStart } from './set-cursor.js';

test.each([
  setStart,
  { home: 7, score: '1800000000000', member: 'a/ü "x"' },
  { home: 1, score: '1.8e+15', member: '😀' },
])('%j can be read back, and stands in a URL as it is', (cursor) => {
  const text = encodeSetCursor(cursor);
  expect(decodeSetCursor(text)).toEqual(cursor);
  expect(encodeURIComponent(text)).toBe(text);
});

test.each([
  '',
  'x',
  '[]',
  '{}',
  'null',
  '[1]',
  '[-1,"",""]',
  '[0.5,"",""]',
  '["0","",""]',
  '[0,"1; DROP",""]',
  '[0,"(1",""]',
  '[0,1,""]',
  '[0,"",1]',
  '[0,"","x"]',
  '[0,"5",""]',
  '[0,".","x"]',
  '[0,"e","x"]',
  '[0,"1e999","x"]',
])('%s is refused', (json) => {
  const text = Buffer.from(json).toString('base64url');
  expect(() => decodeSetCursor(text)).toThrow('not one that a page answered');
});
