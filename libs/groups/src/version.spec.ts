import fc from 'fast-check';
import { olderThan, recordedAt, versionOf } from './version.js';

const id = fc.record({
  ms: fc.integer({ min: 1, max: 8_000_000_000_000 }),
  sequence: fc.integer({ min: 0, max: 1023 }),
});

test('versions order as the ids of their records do, and are exact', () => {
  fc.assert(
    fc.property(id, id, (one, other) => {
      const [a, b] = [versionOf(`${one.ms}-${one.sequence}`), versionOf(`${other.ms}-${other.sequence}`)];
      const order = one.ms - other.ms || one.sequence - other.sequence;
      expect(Math.sign(a - b)).toBe(Math.sign(order));
      expect(Number.isSafeInteger(a)).toBe(true);
      expect(recordedAt(a)).toBe(one.ms);
    }),
  );
});

test('what is older than a time before a version', () => {
  const version = versionOf('1800000000000-5');
  expect(recordedAt(olderThan(version, 3_600_000))).toBe(1_800_000_000_000 - 3_600_000);
  expect(olderThan(5, 3_600_000)).toBe(0);
});
