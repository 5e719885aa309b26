import type { StatsAnswer } from '@fanfare/contracts';
import { WINDOW_MS, withStats } from './history';

const start = 1_795_000_000_000;

function stats(seconds: number, totals: Partial<StatsAnswer> = {}): StatsAnswer {
  return {
    at: start + seconds * 1000,
    ...{ nodes: 1, sessions: 3, connections: 3, usersOnline: 2, published: 0, delivered: 0, countedSince: start },
    delivery: { windowSeconds: 60, messages: 0, p50Ms: null, p99Ms: null, older: 0 },
    lanes: { urgent: 0, high: 0, normal: 0, bulk: 0 },
    jobs: { scheduled: 0, queued: 0, running: 0, failed: 0 },
    deadLetters: 0,
    redis: { kind: 'single', primaries: [] },
    ...totals,
  };
}

type History = ReturnType<typeof withStats>;
const historyOf = (...all: StatsAnswer[]): History => all.reduce<History>(withStats, []);
const latest = (...all: StatsAnswer[]) => historyOf(...all).at(-1)?.sample;

test('a rate is the difference of totals over at least five seconds', () => {
  const snapshots = [stats(0), stats(2, { published: 50 }), stats(4, { published: 60 }), stats(6, { published: 120 })];
  expect(latest(...snapshots)).toMatchObject({ published: 20 });
  expect(latest(...snapshots, stats(8, { published: 230 }))).toMatchObject({ published: 30 }); // since the one at 2 s
});

test('there is no rate before there is something to compare with, nor where counting began anew', () => {
  expect(latest(stats(0))).toMatchObject({ published: null, delivered: null });
  expect(latest(stats(0), stats(2))).toMatchObject({ published: null });
  expect(latest(stats(0, { published: 90 }), stats(6, { published: 10 }))).toMatchObject({ published: null });
  const anew = { published: 900, countedSince: start + 5000 };
  expect(latest(stats(0, { published: 90 }), stats(6, anew))).toMatchObject({ published: null });
});

test('memory is that of all primaries, latency that of the slowest', () => {
  const primaries = [
    { address: 'a', state: 'ok', usedMemory: 100, pingMs: 0.2 },
    { address: 'b', state: 'ok', usedMemory: 50, pingMs: 3 },
    { address: 'c', state: 'away' },
  ] as const;
  const sample = latest(stats(0, { redis: { kind: 'cluster', primaries: [...primaries] } }));
  expect(sample).toMatchObject({ memory: 150, pingMs: 3 });
  expect(latest(stats(0))).toMatchObject({ memory: 0, pingMs: null });
});

test('what is older than the window goes, and an answer that was overtaken changes nothing', () => {
  const beyond = WINDOW_MS / 1000 + 1;
  const history = historyOf(stats(0), stats(10), stats(beyond));
  expect(history.map(({ stats: { at } }) => at)).toEqual([start + 10_000, start + beyond * 1000]);
  expect(withStats(history, stats(20))).toBe(history);
});

test('it does not grow beyond 300 samples, however often snapshots come', () => {
  const often = Array.from({ length: 1000 }, (_, index) => stats(index / 10));
  expect(historyOf(...often)).toHaveLength(300);
});
