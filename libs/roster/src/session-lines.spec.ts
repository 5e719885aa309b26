import { parseSessions } from './session-lines.js';

test('each line is a session; a device without a name has none', () => {
  expect(parseSessions('s1\tn1\t5\tphone\ns2\tn2\t7\t')).toEqual([
    { session: 's1', node: 'n1', since: 5, device: 'phone' },
    { session: 's2', node: 'n2', since: 7, device: '' },
  ]);
});

test('no lines are no sessions', () => {
  expect(parseSessions('')).toEqual([]);
});

test('a device may be named like anything that is no control character', () => {
  expect(parseSessions('s1\tn1\t5\ta b%d+\u2028\\n😀')[0]?.device).toBe('a b%d+\u2028\\n😀');
});
