// Where each device keeps how far it has come: a key of its own in localStorage, so that the six don't share what six real
// devices would not.
import type { PositionMap, PositionStorage } from '@fanfare/client';

export function positionsOf(user: string, device: string): PositionStorage & { forget(): void } {
  const key = `fanfare-demo/${user}/${device}`;
  return {
    load: () => JSON.parse(localStorage.getItem(key) ?? '{}') as PositionMap,
    save: (_, positions) => localStorage.setItem(key, JSON.stringify(positions)),
    forget: () => localStorage.removeItem(key),
  };
}
