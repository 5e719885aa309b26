/** One timeline as a source of an inbox page. */
import type { InboxMessage } from '@fanfare/contracts';
import type { Cursor } from './cursors.js';
import { messageBytes } from './entry.js';
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

export interface SourcePage {
  readonly source: InboxSource;
  readonly epoch: string;
  readonly found: readonly FoundEntry[];
  /** Down (or up) to here everything was looked at. */
  readonly reached: number;
  readonly hasMore: boolean;
}

export function inboxMessage({ source, epoch }: SourcePage, { offset, entry }: FoundEntry): InboxMessage {
  const read = offset <= source.head.read || source.seen.has(offset);
  const message: unknown = JSON.parse(messageBytes(entry).toString());
  return { timeline: source.cursor.timeline, offset, epoch, read, message };
}
