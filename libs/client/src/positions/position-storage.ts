// Where positions outlive the page or the process.
import { isFields, positionIn, type PositionMap } from '../frames.js';
import { ownStorage } from '../surroundings.js';

export interface PositionStorage {
  load(key: string): PositionMap | undefined | Promise<PositionMap | undefined>;
  /** Replaces all of that key. */
  save(key: string, positions: PositionMap): void | Promise<void>;
}

/** Keeps nothing beyond this object. */
export function memoryStorage(): PositionStorage {
  const kept = new Map<string, PositionMap>();
  return { load: (key) => kept.get(key), save: (key, positions) => void kept.set(key, positions) };
}

/** The browser's localStorage, where there is one; else memory. */
export function defaultStorage(): PositionStorage {
  const storage = ownStorage();
  if (!storage) return memoryStorage();
  return {
    load: (key) => soundPositions(parse(storage.getItem(key))),
    save: (key, positions) => storage.setItem(key, JSON.stringify(positions)),
  };
}

/** What of it is positions: storages can be edited by anybody, and written by older versions. */
export function soundPositions(value: unknown): PositionMap {
  if (!isFields(value)) return {};
  const sound = Object.entries(value).flatMap(([timeline, one]) => {
    const position = isFields(one) && positionIn(one);
    return position ? [[timeline, position] as const] : [];
  });
  return Object.fromEntries(sound);
}

function parse(text: string | null): unknown {
  try {
    return JSON.parse(text ?? '{}') as unknown;
  } catch {
    return undefined;
  }
}
