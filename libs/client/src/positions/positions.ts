// How far something has come in each timeline. There are two of these: what has been received (resumed from, repeats are
// dropped by it) and what has been handled (stored, acknowledged), which goes through the same moves later, in the same
// order. Offsets of different epochs are never compared.
import type { Position, PositionMap } from '../frames.js';

/** What is to be done to a stored position; without `position` it is forgotten. */
export interface Change {
  readonly position?: Position;
  /** It holds even where the stored one is further in the same epoch: offsets are given out again. */
  readonly isForced?: boolean;
}
export type Changes = ReadonlyMap<string, Change>;

export class Positions {
  private readonly known = new Map<string, Position>();
  private changed = new Map<string, Change>();

  /** In order of the timelines' first coming. */
  get all(): PositionMap {
    return Object.fromEntries(this.known);
  }

  of(timeline: string): Position | undefined {
    return this.known.get(timeline);
  }

  /** From a storage, before anything has moved. */
  load(positions: PositionMap): void {
    for (const [timeline, position] of Object.entries(positions)) this.known.set(timeline, position);
  }

  isRepeat(timeline: string, { offset, epoch }: Position): boolean {
    const known = this.known.get(timeline);
    return known?.epoch === epoch && offset <= known.offset;
  }

  /** A message came, or was handled. */
  advance(timeline: string, position: Position): void {
    if (!this.isRepeat(timeline, position)) this.set(timeline, position, false);
  }

  /**
   * What `connected` says: where each timeline goes on, under which epoch. Others are not the user's any more; topics are
   * not listed there.
   */
  begin(timelines: readonly (Position & { readonly timeline: string })[]): void {
    const listed = new Set(timelines.map(({ timeline }) => timeline));
    for (const timeline of this.known.keys()) {
      if (!listed.has(timeline) && !timeline.startsWith('topic:')) this.forget(timeline);
    }
    for (const { timeline, offset, epoch } of timelines) {
      if (epoch !== '') this.advance(timeline, { offset, epoch }); // without one nothing was ever sent to it
    }
  }

  /** Also backwards. */
  reset(timeline: string, position: Position): void {
    this.set(timeline, position, true);
  }

  forget(timeline: string): void {
    if (this.known.delete(timeline)) this.changed.set(timeline, {});
  }

  /** What has changed since the last time. */
  takeChanges(): Changes {
    const { changed } = this;
    this.changed = new Map();
    return changed;
  }

  private set(timeline: string, position: Position, isForced: boolean): void {
    this.known.set(timeline, position);
    const before = this.changed.get(timeline);
    const isAnew = before !== undefined && (before.isForced === true || !before.position); // forgotten a moment ago
    this.changed.set(timeline, { position, isForced: isForced || isAnew });
  }
}

/**
 * Several tabs write to one storage: each only what has moved in it, and never backwards in an epoch, but for a reset.
 * Where epochs differ, the one that moved now holds; the server understands a position of an earlier one.
 */
export function mergePositions(stored: PositionMap, changes: Changes): PositionMap {
  const merged = new Map(Object.entries(stored));
  for (const [timeline, { position, isForced = false }] of changes) {
    if (!position) {
      merged.delete(timeline);
      continue;
    }
    const before = merged.get(timeline);
    const isBehind = before?.epoch === position.epoch && before.offset > position.offset;
    if (isForced || !isBehind) merged.set(timeline, position);
  }
  return Object.fromEntries(merged);
}
