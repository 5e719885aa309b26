import { ENTRY_HEADER_BYTES, messageBytes, priorityOf, senderHash, storedAt } from './entry.js';
import { fnv1a } from './fnv.js';

test('the header is read as the scripts pack it: times of 48 bits, priority, flags, two hashes', () => {
  const header = Buffer.from('0199a0b0c1d2' + '000000000000' + '03' + '00' + '11223344' + 'aabbccdd', 'hex');
  const entry = Buffer.concat([header, Buffer.from('{"id":1}')]);
  expect(header).toHaveLength(ENTRY_HEADER_BYTES);
  expect(storedAt(entry)).toBe(0x0199a0b0c1d2);
  expect(priorityOf(entry)).toBe(3);
  expect(senderHash(entry)).toBe(0xaabbccdd);
  expect(messageBytes(entry).toString()).toBe('{"id":1}');
});

test('a body is a view of the entry: nothing is copied', () => {
  const entry = Buffer.alloc(ENTRY_HEADER_BYTES + 4);
  expect(messageBytes(entry).buffer).toBe(entry.buffer);
});

// http://www.isthe.com/chongo/src/fnv/test_fnv.c
test.each([
  ['', 0x811c9dc5],
  ['a', 0xe40c292c],
  ['foobar', 0xbf9cf968],
])('the hash of %j is that of FNV-1a', (text, hash) => {
  expect(fnv1a(text)).toBe(hash);
});
