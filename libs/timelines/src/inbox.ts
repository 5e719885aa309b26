/**
 * Pages of what a user may read: of one timeline, or of all merged, newest first. A page holds at most `limit` messages
 * and a bounded number of bytes; a page that is short although more follows has a cursor.
 */
import { type InboxPage, type InboxQuery, Problem } from '@fanfare/contracts';
import { type ScriptRunner, timelinePage, type TimelinePageArgs } from '@fanfare/redis-scripts';
import { headsOf } from './heads.js';
import { mergePages } from './inbox-merge.js';
import { inboxMessage, type InboxSource, type SourcePage } from './inbox-source.js';
import { decodeCursor, encodeCursor, type PageCursor } from './page-cursor.js';
import type { ReadCursors } from './read-cursors.js';

const DEFAULT_LIMIT = 50;
const PAGE_BYTES = 1024 * 1024;
const MERGED_BYTES = 64 * 1024;

type Window = Partial<Pick<TimelinePageArgs, 'after' | 'before' | 'until' | 'maxBytes'>>;

export class Inbox {
  constructor(
    private readonly scripts: ScriptRunner,
    private readonly cursors: ReadCursors,
  ) {}

  /**
   * An unknown user has an empty inbox.
   *
   * @throws Problem not_found for a timeline that is not the user's, invalid for a foreign cursor
   */
  async page(user: string, query: InboxQuery): Promise<InboxPage> {
    const name = query.timeline ?? `user:${user}`;
    const from = query.cursor === undefined ? undefined : decodeCursor(query.cursor);
    const cursors = await this.cursors.of(user);
    const wanted = name === '*' ? cursors : cursors.filter(({ timeline }) => timeline === name);
    if (wanted.length === 0) {
      if (name === '*' || name === `user:${user}`) return { messages: [], cursor: null };
      throw new Problem('not_found', `${name} is no timeline of this user`);
    }
    const heads = await headsOf(this.scripts, wanted);
    const sources = wanted.flatMap((cursor) => {
      const head = heads.get(cursor.timeline);
      return head?.known ? [{ cursor, head, seen: new Set(head.seen.split(',').map(Number)) }] : [];
    });
    const limit = query.limit ?? DEFAULT_LIMIT;
    const unread = query.unread === true;
    if (name === '*') return this.merged(sources, from, limit, unread);
    const source = sources[0];
    return source ? this.single(source, query, from, limit, unread) : { messages: [], cursor: null };
  }

  private async single(
    source: InboxSource,
    query: InboxQuery,
    from: PageCursor | undefined,
    limit: number,
    unread: boolean,
  ): Promise<InboxPage> {
    const after = from && 'after' in from ? from.after : from ? undefined : query.after;
    const before = from && 'before' in from ? from.before : query.before;
    const window = after !== undefined ? { after } : before !== undefined ? { before } : {};
    const page = await this.read(source, window, limit, unread);
    const messages = page.found.map((one) => inboxMessage(page, one));
    // With both bounds given, `before` ends an ascending page.
    const within = after !== undefined && before !== undefined ? messages.filter((m) => m.offset < before) : messages;
    const hasMore = page.hasMore && within.length === messages.length;
    const next = after !== undefined ? { after: page.reached } : { before: page.reached };
    return { messages: within, cursor: hasMore ? encodeCursor(next) : null };
  }

  private async merged(
    sources: readonly InboxSource[],
    from: PageCursor | undefined,
    limit: number,
    unread: boolean,
  ): Promise<InboxPage> {
    const start = from && 'until' in from ? from : { until: 0, below: {} as Record<string, number> };
    const pages = await Promise.all(
      sources.map((source) => {
        const below = start.below[source.cursor.timeline];
        const window = {
          until: start.until,
          maxBytes: MERGED_BYTES,
          ...(below === undefined ? {} : { before: below }),
        };
        return this.read(source, window, limit, unread);
      }),
    );
    return mergePages(pages, limit, start, PAGE_BYTES);
  }

  private async read(source: InboxSource, window: Window, limit: number, unread: boolean): Promise<SourcePage> {
    const { home, log, state } = source.cursor.keys;
    const floor = unread ? source.head.read : source.head.floor;
    const args = { after: -1, before: 0, until: 0, maxBytes: PAGE_BYTES, ...window, floor, limit };
    const reply = await timelinePage(this.scripts, { part: home.part, log, state }, args);
    if (reply.status !== 'OK') return { source, epoch: '', found: [], reached: 0, hasMore: false };
    const found = unread ? reply.entries.filter(({ offset }) => !source.seen.has(offset)) : reply.entries;
    return { source, epoch: reply.epoch, found, reached: reply.reached, hasMore: reply.more === 1 };
  }
}
