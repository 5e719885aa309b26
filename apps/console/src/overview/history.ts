/**
 * What the charts show: one sample for each snapshot of the last five minutes. Rates are taken over at least five seconds,
 * because totals are reported about once a second by each process.
 */
import type { StatsAnswer } from '@fanfare/contracts';
import { useSyncExternalStore } from 'react';

export const WINDOW_MS = 5 * 60_000;
const SMOOTHED_MS = 5_000;
/** A sample a second would be more than ever comes. */
const MAX_SAMPLES = 300;

export interface Sample {
  readonly at: number;
  readonly sessions: number;
  /** A second; null until there are two snapshots to compare. */
  readonly published: number | null;
  readonly delivered: number | null;
  readonly p50Ms: number | null;
  readonly p99Ms: number | null;
  readonly urgent: number;
  readonly high: number;
  readonly normal: number;
  readonly bulk: number;
  readonly memory: number;
  readonly pingMs: number | null;
}
interface Entry {
  readonly sample: Sample;
  readonly stats: StatsAnswer;
}

let entries: readonly Entry[] = [];
let samples: readonly Sample[] = [];
const listeners = new Set<() => void>();

export function recordStats(stats: StatsAnswer): void {
  const next = withStats(entries, stats);
  if (next === entries) return;
  entries = next;
  samples = entries.map(({ sample }) => sample);
  for (const listener of listeners) listener();
}

/** What one saw is not for who signs in next. */
export function forgetStats(): void {
  entries = [];
  samples = [];
}

/** An older snapshot than the last one (an answer that was overtaken) changes nothing. */
export function withStats(before: readonly Entry[], stats: StatsAnswer): readonly Entry[] {
  const last = before.at(-1);
  if (last && last.stats.at >= stats.at) return before;
  const kept = before.filter(({ stats: { at } }) => at > stats.at - WINDOW_MS).slice(1 - MAX_SAMPLES);
  const base = kept.findLast(({ stats: { at } }) => at <= stats.at - SMOOTHED_MS);
  return [...kept, { stats, sample: sampleOf(stats, base?.stats) }];
}

function sampleOf(stats: StatsAnswer, base: StatsAnswer | undefined): Sample {
  const { primaries } = stats.redis;
  const pings = primaries.flatMap(({ pingMs }) => pingMs ?? []);
  return {
    at: stats.at,
    sessions: stats.sessions,
    published: rateBetween(base, stats, 'published'),
    delivered: rateBetween(base, stats, 'delivered'),
    p50Ms: stats.delivery.p50Ms,
    p99Ms: stats.delivery.p99Ms,
    ...stats.lanes,
    memory: primaries.reduce((sum, { usedMemory = 0 }) => sum + usedMemory, 0),
    pingMs: pings.length === 0 ? null : Math.max(...pings),
  };
}

/** null where counting began anew between the two. */
function rateBetween(base: StatsAnswer | undefined, now: StatsAnswer, total: 'published' | 'delivered'): number | null {
  if (!base || base.countedSince !== now.countedSince || now[total] < base[total]) return null;
  return ((now[total] - base[total]) * 1000) / (now.at - base.at);
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

export const useHistory = (): readonly Sample[] => useSyncExternalStore(subscribe, () => samples);
