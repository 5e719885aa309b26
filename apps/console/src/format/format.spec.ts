import { bytes, counted, milliseconds, rate } from './numbers';
import { duration, relative } from './times';

test('numbers are as long as they need to be', () => {
  expect([bytes(0), bytes(1023), bytes(1536), bytes(200 * 1024 ** 2)]).toEqual(['0 B', '1023 B', '1.5 KiB', '200 MiB']);
  expect([milliseconds(0), milliseconds(0.25), milliseconds(12.34), milliseconds(1234)]).toEqual([
    ...['0 ms', '250 µs', '12.3 ms', '1,234 ms'],
  ]);
  expect([rate(0), rate(0.4), rate(12.6)]).toEqual(['0', '0.4', '13']);
  expect([counted(1, 'user'), counted(2000, 'user'), counted(2, 'entry', 'entries')]).toEqual([
    ...['1 user', '2,000 users', '2 entries'],
  ]);
});

test('times are told in the largest unit that fits, before and ahead', () => {
  expect([duration(999), duration(1000), duration(90_000), duration(3_600_000), duration(200_000_000)]).toEqual([
    ...['0 s', '1 s', '1 min', '1 h', '2 d'],
  ]);
  expect([relative(0, 500), relative(0, 61_000), relative(61_000, 0)]).toEqual(['just now', '1 min ago', 'in 1 min']);
});
