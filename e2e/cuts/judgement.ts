// What a client handed on, against what was accepted: nothing lost, nothing twice, each timeline in order.
import type { Place } from './feed.js';

export interface Judgement {
  readonly lost: readonly string[];
  readonly repeated: readonly string[];
  readonly disordered: readonly string[];
}

export const faultless: Judgement = { lost: [], repeated: [], disordered: [] };

export function judge(accepted: readonly Place[], handed: readonly Place[]): Judgement {
  const counts = new Map<string, number>();
  const newest = new Map<string, number>();
  const disordered: string[] = [];
  for (const place of handed) {
    const key = keyOf(place);
    counts.set(key, (counts.get(key) ?? 0) + 1);
    if (place.offset < (newest.get(place.timeline) ?? 0)) disordered.push(key);
    newest.set(place.timeline, place.offset);
  }
  return {
    lost: accepted.map(keyOf).filter((key) => !counts.has(key)),
    repeated: [...counts].filter(([, count]) => count > 1).map(([key]) => key),
    disordered,
  };
}

const keyOf = ({ timeline, offset, payload }: Place): string => `${timeline} ${offset} ${String(payload).slice(0, 12)}`;
