import { pause, retryAfterSeconds, waitMs } from './backoff.js';

test('the wait is random up to a bound that doubles, and never above 5 s', () => {
  const longest = [1, 2, 3, 4, 5, 6, 20].map((failures) => waitMs(failures, undefined, () => 1));
  expect(longest).toEqual([200, 400, 800, 1600, 3200, 5000, 5000]);
  expect(waitMs(3, undefined, () => 0)).toBe(0);
});

test('it is never shorter than Retry-After, which is waited for up to 30 s', () => {
  expect(waitMs(1, 2, () => 0)).toBe(2000);
  expect(waitMs(1, 2, () => 1)).toBe(2200);
  expect(waitMs(1, 31)).toBeUndefined();
});

test('Retry-After is seconds or a date', () => {
  const now = Date.parse('2026-01-01T00:00:00Z');
  expect(retryAfterSeconds('7')).toBe(7);
  expect(retryAfterSeconds('Thu, 01 Jan 2026 00:00:09 GMT', now)).toBe(9);
  expect(retryAfterSeconds('Thu, 01 Jan 2020 00:00:00 GMT', now)).toBe(0);
  expect(retryAfterSeconds('soon')).toBeUndefined();
  expect(retryAfterSeconds(null)).toBeUndefined();
});

test('a pause ends with its signal, and leaves nothing behind', async () => {
  const ending = new AbortController();
  const paused = pause(60_000, ending.signal);
  ending.abort();
  await expect(paused).rejects.toBe(ending.signal.reason);
});
