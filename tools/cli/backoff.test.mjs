import assert from 'node:assert/strict';
import { test } from 'node:test';
import { backoffMs } from './backoff.mjs';

test('the wait is anything up to a bound that doubles until it is 15 s', () => {
  const longest = [1, 2, 3, 4, 5, 6, 7, 20].map((failures) => backoffMs(failures, () => 1));
  assert.deepEqual(longest, [500, 1000, 2000, 4000, 8000, 15_000, 15_000, 15_000]);
  assert.equal(
    backoffMs(5, () => 0),
    0,
  );
});
