// What the user has, read or not: pages of it, how much is unread, and marking as read. All of it goes over the connection.
import type { ReadMoved, Unread } from '../events/events.js';
import { type Content, type Frame, isCount, type Position } from '../frames.js';
import type { Requests } from '../requests/requests.js';
import type { UnreadCounts } from './unread-counts.js';

export interface InboxQuery {
  /** The user's own by default; `*` merges all. */
  readonly timeline?: string;
  /** Oldest first, beyond this offset. */
  readonly after?: number;
  /** Newest first, below this offset. */
  readonly before?: number;
  /** 1 to 100; 50 by default. */
  readonly limit?: number;
  readonly unread?: boolean;
  /** Of the page before. */
  readonly cursor?: string;
}

export interface InboxEntry extends Position {
  readonly timeline: string;
  readonly read: boolean;
  readonly message: Content;
}

export interface InboxPage {
  readonly messages: readonly InboxEntry[];
  /** Where the next page begins; missing at the end. */
  readonly cursor?: string;
}

export type ReadTarget =
  | { readonly timeline: string; readonly upTo: number }
  | { readonly timeline: string; readonly offsets: readonly number[] }
  /** A message, or an entry of a page. */
  | { readonly timeline: string; readonly offset?: number };

export interface ReadResult {
  /** Up to where the timeline has been read. */
  readonly read?: number;
  /** Left unread in it. */
  readonly unread: number;
}

export class Inbox {
  constructor(
    private readonly requests: Requests,
    private readonly counts: UnreadCounts,
    private readonly onRead: (moved: ReadMoved) => unknown,
  ) {}

  /** The same object for as long as nothing changes. */
  get unread(): Unread {
    return this.counts.now;
  }

  /** @throws FanfareError */
  async page(query: InboxQuery = {}): Promise<InboxPage> {
    const { data } = await this.requests.ask('inbox', query);
    const { messages, cursor } = data as unknown as { messages: InboxEntry[]; cursor?: string | null };
    return { messages, ...(typeof cursor === 'string' && { cursor }) };
  }

  /**
   * Marks as read: up to an offset, single offsets, or one message. One that nothing keeps has nothing to be read.
   *
   * @throws FanfareError
   */
  async read(target: ReadTarget): Promise<ReadResult> {
    const { timeline } = target;
    if ('upTo' in target) return this.ask({ timeline, upTo: target.upTo });
    const offsets = 'offsets' in target ? target.offsets : 'offset' in target ? [target.offset] : [];
    const known = offsets.filter(isCount);
    if (known.length === 0) return { unread: this.unread.timelines[timeline] ?? 0 };
    return this.ask({ timeline, offsets: known }, known);
  }

  /** Everything that has arrived here, in every timeline; what comes meanwhile stays unread. @throws FanfareError */
  async readAll(): Promise<void> {
    await Promise.all(this.counts.heads.map((upTo) => this.read(upTo)));
  }

  private async ask(data: unknown, offsets: readonly number[] = []): Promise<ReadResult> {
    const moved = readIn(await this.requests.ask('read', data));
    if (!moved) return { unread: this.unread.total };
    this.counts.read(moved, offsets);
    void this.onRead(moved);
    return { read: moved.read, unread: moved.unread };
  }
}

export function readIn({ data }: Pick<Frame, 'data'>): ReadMoved | undefined {
  const { timeline, read, unread } = data;
  if (typeof timeline !== 'string' || !isCount(read) || !isCount(unread)) return undefined;
  return { timeline, read, unread };
}
