import fc from 'fast-check';
import { nextStep, olderThan, recordedAt, versionOf } from './version.js';

const id = fc.record({
  ms: fc.integer({ min: 1, max: 2 ** 42 - 1 }),
  sequence: fc.integer({ min: 0, max: 1023 }),
});

test('versions order as the ids do, and are exact', () => {
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

test('what follows from a change comes after it, and before whatever is asked next', () => {
  const [change, next] = [versionOf('1800000000000-5'), versionOf('1800000000000-6')];
  expect(nextStep(change)).toBe(versionOf('1800000000000-5', 1));
  expect(change < nextStep(change) && nextStep(change) < next).toBe(true);
});

test('what is older than a time before a version', () => {
  const version = versionOf('1800000000000-5');
  expect(recordedAt(olderThan(version, 3_600_000))).toBe(1_800_000_000_000 - 3_600_000);
  expect(olderThan(5, 3_600_000)).toBe(0);
});
