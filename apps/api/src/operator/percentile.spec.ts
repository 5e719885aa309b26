import { countOf, percentile } from './percentile.js';

test('a percentile is the bound below which that part lies', () => {
  const counts = { '5': 9, '1': 90, '100': 1, older: 50 };
  expect(countOf(counts)).toBe(100);
  expect(percentile(counts, 0.5)).toBe(1);
  expect(percentile(counts, 0.9)).toBe(1);
  expect(percentile(counts, 0.91)).toBe(5);
  expect(percentile(counts, 0.99)).toBe(5);
  expect(percentile(counts, 1)).toBe(100);
});

test('of nothing there is none', () => {
  expect(percentile({}, 0.99)).toBeNull();
  expect(percentile({ '5': 0, older: 3 }, 0.5)).toBeNull();
});
