import { Keyspace } from '@fanfare/redis-scripts';
import fc from 'fast-check';
import { PartitionLink } from './partition-link.js';

const home = new Keyspace('app', 1).home(0);
const FENCE = '1.ab';
const check = (sequence: number, holdings = 0, fence = FENCE) => ({ fence, sequence, holdings });

/** A link that has received publications 1 to `count`. */
function received(count: number): PartitionLink {
  const link = new PartitionLink(home);
  for (let sequence = 1; sequence <= count; sequence += 1) link.accept(FENCE, sequence);
  return link;
}

test('publications one after the other, from 1 on, leave the link whole', () => {
  const link = received(5);
  expect([link.isGapped, link.misses, link.hasReached(5), link.hasReached(6)]).toEqual([false, 0, true, false]);
});

test.each([
  ['begins with another than 1', 0, 2],
  ['leaves one out', 5, 7],
  ['comes again', 5, 5],
  ['goes back', 5, 3],
])('a sequence that %s is a gap', (_, count, next) => {
  const link = received(count);
  expect(link.accept(FENCE, next)).toBe(false);
  expect([link.isGapped, link.misses]).toEqual([true, 1]);
});

test('another epoch is a gap, though the sequence goes on', () => {
  const link = received(5);
  expect(link.accept('2.cd', 6)).toBe(false);
  expect(link.isGapped).toBe(true);
});

test('what was missed since Redis was asked keeps it gapped', () => {
  const link = received(5);
  link.accept(FENCE, 9);
  const { misses } = link;
  link.accept(FENCE, 12);
  link.restart(check(9), misses);
  expect([link.isGapped, link.lastSequence]).toEqual([true, 12]);
  link.restart(check(12), link.misses);
  expect(link.isGapped).toBe(false);
});

test('a gap stays one until the link is begun anew, whatever comes', () => {
  const link = received(5);
  link.accept(FENCE, 9);
  expect(link.accept(FENCE, 10)).toBe(true);
  expect(link.compare(check(10), 0)).toBe(false);
  link.restart(check(8), link.misses);
  expect([link.isGapped, link.accept(FENCE, 11)]).toEqual([false, true]);
});

test('begun anew under another epoch, the sequence is that of Redis', () => {
  const link = received(5);
  link.restart(check(2, 0, '2.cd'), link.misses);
  expect(link.accept('2.cd', 3)).toBe(true);
});

test('any one publication left out of any sequence is noticed by the next', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 50 }), fc.integer({ min: 1, max: 50 }), (count, lost) => {
      const link = new PartitionLink(home);
      for (let sequence = 1; sequence <= count; sequence += 1) if (sequence !== lost) link.accept(FENCE, sequence);
      expect(link.isGapped).toBe(lost < count);
    }),
  );
});

test('a count that differs once may be on its way; twice in a row it is wrong', () => {
  const link = received(1);
  expect(link.compare(check(1, 3), 2)).toBe(true);
  expect(link.compare(check(1, 2), 2)).toBe(true);
  expect(link.compare(check(1, 3), 2)).toBe(true);
  expect(link.compare(check(1, 3), 2)).toBe(false);
});

test('another epoch of Redis is a gap, also where nothing was received yet', () => {
  const link = new PartitionLink(home);
  expect(link.compare(check(0), 0)).toBe(true);
  expect(link.compare(check(0, 0, '2.cd'), 0)).toBe(false);
});

test('a sequence that is not reached yet is no gap by itself', () => {
  expect(received(3).compare(check(5), 0)).toBe(true);
});

/** What of the named was resolved. */
function awaited(link: PartitionLink, sequences: readonly number[], fence = FENCE) {
  const resolved: number[] = [];
  for (const sequence of sequences) void link.whenReceived(fence, sequence).then(() => resolved.push(sequence));
  return async (): Promise<number[]> => {
    for (let turn = 0; turn < 5; turn += 1) await Promise.resolve();
    return resolved;
  };
}

test('whoever waits for a sequence goes on when it has come, and not before', async () => {
  const link = received(5);
  const resolved = awaited(link, [7, 6]);
  expect([link.isAwaited, await resolved()]).toEqual([true, []]);
  link.accept(FENCE, 6);
  expect([link.isAwaited, await resolved()]).toEqual([true, [6]]);
  link.accept(FENCE, 7);
  expect([link.isAwaited, await resolved()]).toEqual([false, [6, 7]]);
});

test('whoever waits for what was missed goes on when that is known', async () => {
  const link = received(5);
  const resolved = awaited(link, [6]);
  link.accept(FENCE, 9);
  expect([link.isGapped, await resolved()]).toEqual([true, [6]]);
});

test('a sequence under another fence has not been received, however small', () => {
  const link = received(5);
  expect([link.hasReceived(FENCE, 5), link.hasReceived('2.cd', 1)]).toEqual([true, false]);
});
