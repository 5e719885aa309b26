/** What was found in one timeline for an inbox page, as it is stored: the messages are not parsed here. */
import type { Cursor } from './cursors.js';
import type { TimelineHead } from './heads.js';

/** A timeline with what is needed to page it for one user. */
export interface InboxSource {
  readonly cursor: Cursor;
  readonly head: TimelineHead;
  readonly seen: ReadonlySet<number>;
}

export interface FoundEntry {
  readonly offset: number;
  readonly entry: Buffer;
}

/** One timeline's share of a page, and what of it the user has read. */
export interface SourcePage {
  readonly timeline: string;
  readonly epoch: string;
  /** Everything up to here has been read, and single offsets beyond it. */
  readonly read: number;
  readonly seen: ReadonlySet<number>;
  readonly found: readonly FoundEntry[];
  /** Down (or up) to here everything was looked at. */
  readonly reached: number;
  readonly hasMore: boolean;
}

const NONE: ReadonlySet<number> = new Set();

/** @param list offsets, separated by commas */
export function seenOf(list: string): ReadonlySet<number> {
  return list === '' ? NONE : new Set(list.split(',').map(Number));
}

export function emptyPage(timeline: string): SourcePage {
  return { timeline, epoch: '', read: 0, seen: NONE, found: [], reached: 0, hasMore: false };
}
