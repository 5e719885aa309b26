import keySlot from 'cluster-key-slot';
import fc from 'fast-check';
import { encodeId } from './encode.js';
import { isPartitionCount, partitionOf, partitionTags } from './partitions.js';

const SLOTS = 16_384;
const powers = Array.from({ length: 15 }, (_, exponent) => 2 ** exponent);
const slotOf = (tag: string): number => keySlot(`app/{${tag}}/part`);

test.each(powers)('the tags of %i partitions lie in slots of their own, each in its own share', (partitions) => {
  const share = SLOTS / partitions;
  const shares = partitionTags(partitions).map((tag) => Math.floor(slotOf(tag) / share));
  expect(shares).toEqual(Array.from({ length: partitions }, (_, index) => index));
});

test('control: tags that are the number of the partition do not lie evenly', () => {
  const shares = Array.from({ length: 256 }, (_, index) => Math.floor(slotOf(String(index)) / (SLOTS / 256)));
  expect(new Set(shares).size).toBeLessThan(256);
});

test('three primaries with equal ranges of slots serve equally many of 256 partitions', () => {
  const counts = [0, 0, 0];
  for (const tag of partitionTags(256)) {
    const primary = Math.floor((slotOf(tag) * 3) / SLOTS);
    counts[primary] = (counts[primary] ?? 0) + 1;
  }
  expect(Math.max(...counts) - Math.min(...counts)).toBeLessThanOrEqual(1);
});

test('tags stay what they are: with others, everything stored would be lost from sight', () => {
  expect(partitionTags(4)).toMatchInlineSnapshot(`
    [
      "48576",
      "1296",
      "2821",
      "16248",
    ]
  `);
  expect(['alice', 'bob', 'carol'].map((id) => partitionOf('user', id, 256))).toMatchInlineSnapshot(`
    [
      12,
      22,
      223,
    ]
  `);
});

test.each([0, -1, 3, 6, 1.5, NaN, 32_768])('%p partitions are refused', (partitions) => {
  expect(isPartitionCount(partitions)).toBe(false);
  expect(() => partitionTags(partitions)).toThrow(RangeError);
});

test('the partition of an id is one of them, and follows from kind and id alone', () => {
  fc.assert(
    fc.property(fc.constantFrom(...powers), fc.string({ unit: 'grapheme', maxLength: 20 }), (partitions, id) => {
      const partition = partitionOf('user', id, partitions);
      expect(partition).toBe(partitionOf('user', id, partitions));
      expect(Number.isInteger(partition) && partition >= 0 && partition < partitions).toBe(true);
    }),
  );
});

test('half as many partitions: each takes the ids of two', () => {
  fc.assert(
    fc.property(
      fc.string({ unit: 'grapheme' }),
      (id) => partitionOf('user', id, 256) % 128 === partitionOf('user', id, 128),
    ),
  );
});

test('ids spread evenly: none of 64 partitions has twice its share of 20,000 users', () => {
  const counts = new Array<number>(64).fill(0);
  for (let user = 0; user < 20_000; user += 1) {
    const partition = partitionOf('user', `user-${user}`, 64);
    counts[partition] = (counts[partition] ?? 0) + 1;
  }
  expect(Math.max(...counts)).toBeLessThan((2 * 20_000) / 64);
  expect(Math.min(...counts)).toBeGreaterThan(20_000 / 64 / 2);
});

test('the partition is the slot of kind and id, whatever the id holds', () => {
  const ids = ['', 'a', 'user-1', '{a}b', 'ünïcode', '日本', 'x'.repeat(128), 'a/b*c%', '\u{1f600}'];
  for (const id of [...ids, ...Array.from({ length: 500 }, (_, index) => `user-${index * 7919}`)]) {
    for (const partitions of [1, 256, 16_384]) {
      expect(partitionOf('user', id, partitions)).toBe(keySlot(`user/${encodeId(id)}`) % partitions);
    }
  }
});
