// Our decoder of replies beside that of ioredis: the same values, however the bytes are cut.
import { createRequire } from 'node:module';
import fc from 'fast-check';
import { type DecoderEvents, ReplyDecoder } from './reply-decoder.js';

const require = createRequire(__filename);
const { Decoder: Theirs } = require('ioredis/built/resp/decoder') as {
  Decoder: new (config: object) => { write: (chunk: Buffer) => void };
};
const { SimpleError } = require('ioredis/built/resp/errors') as { SimpleError: new (message: string) => Error };
const TYPES = { 43: Buffer, 36: Buffer, 61: Buffer, 40: String, 44: Buffer, 35: Number, 37: Array, 126: Array };

type Told = [string, unknown][];
type Make = (events: DecoderEvents) => { write: (chunk: Buffer) => void };
const ours: Make = (events) => new ReplyDecoder(events);
const theirs: Make = (events) => new Theirs({ ...events, getTypeMapping: () => TYPES });

/** What a decoder tells of bytes that come in these pieces. */
function told(make: Make, pieces: readonly Buffer[]): Told {
  const told: Told = [];
  const note = (what: string) => (value: unknown) => void told.push([what, plain(value)]);
  const errorOf = (message: string): Error => new SimpleError(message);
  const decoder = make({ onReply: note('reply'), onErrorReply: note('error'), onPush: note('push'), errorOf });
  for (const piece of pieces) decoder.write(piece);
  return told;
}

/** With errors as what can be compared of them. */
function plain(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(plain);
  return value instanceof Error ? `${value.name}: ${value.message}` : value;
}

/** Cut behind each of these shares of the whole. */
function cut(bytes: Buffer, shares: readonly number[]): Buffer[] {
  const places = [...new Set(shares.map((share) => Math.floor(share * bytes.length)))].sort((a, b) => a - b);
  return [0, ...places].map((from, index) => bytes.subarray(from, places[index])).filter(({ length }) => length > 0);
}

const text = fc.oneof(fc.string({ unit: 'grapheme', maxLength: 40 }), fc.constant('x'.repeat(700)));
const line = fc.string({ unit: fc.constantFrom(...'abcOK 0159.'), maxLength: 12 });
const blob = (value: string): string => `$${Buffer.byteLength(value)}\r\n${value}\r\n`;
const { scalar, value } = fc.letrec((tie) => ({
  scalar: fc.oneof(
    text.map(blob),
    fc.maxSafeInteger().map((number) => `:${number}\r\n`),
    line.map((simple) => `+${simple}\r\n`),
    line.map((error) => `-ERR ${error}\r\n`),
    text.map((error) => `!${Buffer.byteLength(error)}\r\n${error}\r\n`),
    text.map((verbatim) => `=${Buffer.byteLength(verbatim) + 4}\r\ntxt:${verbatim}\r\n`),
    fc.double().map((number) => `,${number}\r\n`),
    fc.bigInt().map((number) => `(${number}\r\n`),
    fc.constantFrom('_\r\n', '$-1\r\n', '*-1\r\n', '*0\r\n', '#t\r\n', '#f\r\n', ':+7\r\n'),
  ),
  array: fc
    .tuple(fc.constantFrom('*', '~'), fc.array(tie('value'), { maxLength: 6 }))
    .map(([type, items]) => `${type}${items.length}\r\n${items.join('')}`),
  map: fc
    .array(fc.tuple(tie('scalar'), tie('value')), { maxLength: 3 })
    .map((entries) => `%${entries.length}\r\n${entries.flat().join('')}`),
  value: fc.oneof({ maxDepth: 3 }, tie('scalar'), tie('array'), tie('map')),
})) as unknown as { scalar: fc.Arbitrary<string>; value: fc.Arbitrary<string> };
const push = fc.array(scalar, { minLength: 1, maxLength: 4 }).map((items) => `>${items.length}\r\n${items.join('')}`);
const stream = fc.array(fc.oneof(value, push), { maxLength: 8 });
const shares = fc.array(fc.double({ min: 0, max: 0.999, noNaN: true }), { maxLength: 12 });

test('whatever Redis answers, however it is cut: the same as ioredis reads of the whole', () => {
  fc.assert(
    fc.property(stream, shares, (replies, places) => {
      const bytes = Buffer.from(replies.join(''));
      expect(told(ours, cut(bytes, places))).toEqual(told(theirs, [bytes]));
    }),
    { numRuns: 300 },
  );
});

test('a byte at a time', () => {
  const reply = `*3\r\n${blob('OK')}:-12\r\n*2\r\n${blob('with\r\nlines')}_\r\n>2\r\n${blob('message')}${blob('x')}-NO\r\n`;
  const bytes = [...Buffer.from(reply)].map((byte) => Buffer.from([byte]));
  expect(told(ours, bytes)).toEqual([
    ['reply', [Buffer.from('OK'), -12, [Buffer.from('with\r\nlines'), null]]],
    ['push', [Buffer.from('message'), Buffer.from('x')]],
    ['error', 'ReplyError: NO'],
  ]);
});

test('a long text in many chunks is joined once, not with each of them', () => {
  const long = 'y'.repeat(1_000_000);
  const bytes = Buffer.from(`*2\r\n${blob('OK')}${blob(long)}`);
  const joined = jest.spyOn(Buffer, 'concat');
  const replies = told(
    ours,
    cut(
      bytes,
      Array.from({ length: 100 }, (_, index) => index / 100),
    ),
  );
  const times = joined.mock.calls.length;
  joined.mockRestore();
  const [[, [, whole]]] = replies as [[string, [Buffer, Buffer]]];
  expect([replies.length, whole.toString() === long]).toEqual([1, true]);
  expect(times).toBeLessThan(5);
});

test('what is not of the protocol can’t be read on from', () => {
  expect(() => told(ours, [Buffer.from('HTTP/1.1 400 Bad Request\r\n')])).toThrow('Unknown RESP type 72 "H"');
});

test('control: the two differ where one of them is wrong', () => {
  const wrong: Make = (events) => new ReplyDecoder({ ...events, onPush: events.onReply });
  const bytes = Buffer.from('>1\r\n:1\r\n');
  expect(told(wrong, [bytes])).not.toEqual(told(theirs, [bytes]));
});
