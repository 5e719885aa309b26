// The two forms of a page say the same.
import fc from 'fast-check';
import type { SourcePage } from './inbox-source.js';
import { messageFields, messageJson } from './message-json.js';
import { pageJson, pageObject, type StoredPage, storedMessages } from './stored-page.js';

const id = '0197a1b2-c3d4-7e5f-8a6b-7c8d9e0f1a2b';
const text = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 12 });

/** A stored entry: a header with or without an expiry, and the message. */
const entry = fc.record({ payload: fc.jsonValue(), type: text, expires: fc.boolean() }).map((it) => {
  const more = { type: it.type, ...(it.expires && { ttlSeconds: 60 }) };
  const json = messageJson(messageFields(id, 1, { payload: it.payload, ...more }), it.payload);
  const header = Buffer.alloc(it.expires ? 13 : 7);
  header.writeUInt8(it.expires ? 6 : 2, 6);
  return Buffer.concat([header, Buffer.from(json)]);
});

const source: fc.Arbitrary<SourcePage> = fc
  .record({
    name: text,
    read: fc.nat(10),
    seen: fc.uniqueArray(fc.integer({ min: 1, max: 10 })),
    entries: fc.array(entry, { maxLength: 6 }),
  })
  .map(({ name, read, seen, entries }) => ({
    ...{ timeline: `user:${name}`, epoch: '1.ab.cd', read, seen: new Set(seen), reached: 0, hasMore: false },
    found: entries.map((bytes, index) => ({ offset: 10 - index, entry: bytes })),
  }));

const cursor = fc.option(fc.base64String());
/** Messages of several timelines, in any order. */
const page: fc.Arbitrary<StoredPage> = fc
  .tuple(fc.array(source, { maxLength: 3 }), cursor, fc.boolean())
  .map(([sources, next, isMixed]) => {
    const messages = sources.flatMap(storedMessages);
    if (isMixed) messages.sort((one, other) => other.offset - one.offset);
    return { messages, cursor: next };
  });

test('as JSON a page is, byte for byte, what its objects would be written as', () => {
  fc.assert(
    fc.property(page, (stored) => {
      expect(pageJson(stored).toString()).toBe(JSON.stringify(pageObject(stored)));
    }),
    { numRuns: 300 },
  );
});

test('a message is read up to the cursor, and by itself beyond it', () => {
  const [one = { offset: 0, entry: Buffer.alloc(0) }] = fc
    .sample(entry, 1)
    .map((bytes) => ({ offset: 0, entry: bytes }));
  const found = [1, 2, 3, 4].map((offset) => ({ ...one, offset }));
  const from = { timeline: 'all', epoch: 'e', read: 2, seen: new Set([4]), found, reached: 4, hasMore: false };
  const { messages } = pageObject({ messages: storedMessages(from), cursor: null });
  expect(messages.map(({ read }) => read)).toEqual([true, true, false, true]);
});

test('nothing is an empty page and the end', () => {
  expect(pageJson({ messages: [], cursor: null }).toString()).toBe('{"messages":[],"cursor":null}');
});
