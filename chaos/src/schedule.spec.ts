import { faultKinds, schedule } from './schedule.js';

const twoMinutes = (seed: number) => schedule({ seed, ms: 120_000 });

test('the same seed gives the same schedule, another seed another one', () => {
  expect(twoMinutes(7)).toEqual(twoMinutes(7));
  expect(twoMinutes(8)).not.toEqual(twoMinutes(7));
});

test('every kind has its turn before any has the next one', () => {
  const kinds = twoMinutes(1).map(({ kind }) => kind);
  expect(kinds.length % faultKinds.length).toBe(0);
  for (let at = 0; at < kinds.length; at += faultKinds.length) {
    expect(new Set(kinds.slice(at, at + faultKinds.length))).toEqual(new Set(faultKinds));
  }
});

test('two minutes have two rounds, and half a minute has one', () => {
  expect(twoMinutes(3)).toHaveLength(2 * faultKinds.length);
  expect(schedule({ seed: 3, ms: 30_000 })).toHaveLength(faultKinds.length);
});

test('faults come in order, and leave the ends of the run alone', () => {
  const times = twoMinutes(5).map(({ atMs }) => atMs);
  expect([...times].sort((one, other) => one - other)).toEqual(times);
  expect(Math.min(...times)).toBeGreaterThanOrEqual(3000);
  expect(Math.max(...times)).toBeLessThan(117_000);
});
