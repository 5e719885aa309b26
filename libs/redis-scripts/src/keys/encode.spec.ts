import fc from 'fast-check';
import { encodeId } from './encode.js';

/** What could be mistaken for a part of a key, for an encoded character, or for another id. */
const nasty = fc.constantFrom(
  '{',
  '}',
  '/',
  '*',
  '%',
  '%2F',
  '%7B',
  '%25',
  ':',
  '\t',
  '{all}',
  '..',
  ' ',
  '+',
  '?',
  '[',
);
/** The same to the eye: composed and decomposed, Latin and Cyrillic, full-width, joined by nothing. */
const lookAlike = fc.constantFrom('é', 'e\u0301', 'a', 'а', 'A', 'Ａ', 'ﬁ', 'fi', '\u200B', '\u00A0', '😀', 'ß', 'ẞ');
const id = fc
  .array(fc.oneof(nasty, lookAlike, fc.string({ unit: 'binary', maxLength: 3 })), { maxLength: 8 })
  .map((parts) => parts.join(''));

test('an encoded id holds nothing that separates, tags or matches', () => {
  fc.assert(fc.property(id, (text) => /^[\w\-.!~'()%]*$/.test(encodeId(text))));
});

test('two ids that differ are encoded differently', () => {
  fc.assert(
    fc.property(id, id, (one, other) => {
      fc.pre(one !== other);
      expect(encodeId(one)).not.toBe(encodeId(other));
    }),
  );
});

test('an encoded id can be read back, so nothing of it was lost', () => {
  fc.assert(fc.property(id, (text) => decodeURIComponent(encodeId(text)) === text));
});

test('an id that is the encoding of another one is not taken for it', () => {
  fc.assert(
    fc.property(id, (text) => {
      fc.pre(encodeId(text) !== text);
      expect(encodeId(encodeId(text))).not.toBe(encodeId(text));
    }),
  );
});

test('plain ids stay readable', () => {
  expect(encodeId("user-1_a.b!~'()")).toBe("user-1_a.b!~'()");
});

test('a lone surrogate, which has no UTF-8, is an error', () => {
  expect(() => encodeId('\uD800')).toThrow(URIError);
});
