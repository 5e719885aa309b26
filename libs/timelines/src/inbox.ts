/**
 * Pages of what a user may read: of one timeline, or of all merged, newest first. A page holds at most `limit` messages
 * and a bounded number of bytes; a page that is short although more follows has a cursor.
 *
 * A page shows what Redis holds when it is read. That of the own timeline, which is what most ask for, is one script call;
 * others need the user's cursors and the timelines' heads first.
 */
import { type InboxPage, type InboxQuery, Problem, userTimeline } from '@fanfare/contracts';
import {
  type Keyspace,
  type ScriptRunner,
  timelinePage,
  type TimelinePageArgs,
  userInbox,
} from '@fanfare/redis-scripts';
import type { Cursor } from './cursors.js';
import { headsOf } from './heads.js';
import { mergePages } from './inbox-merge.js';
import { emptyPage, type InboxSource, seenOf, type SourcePage } from './inbox-source.js';
import { decodeCursor, encodeCursor, type PageCursor } from './page-cursor.js';
import type { ReadCursors } from './read-cursors.js';
import { NOTHING, pageJson, pageObject, type StoredPage, storedMessages } from './stored-page.js';

const DEFAULT_LIMIT = 50;
const PAGE_BYTES = 1024 * 1024;
const MERGED_BYTES = 64 * 1024;

type Window = Partial<Pick<TimelinePageArgs, 'after' | 'before' | 'until' | 'maxBytes'>>;

/** How much of a timeline is wanted. */
interface Wanted {
  readonly limit: number;
  readonly unread: boolean;
}

export class Inbox {
  constructor(
    private readonly scripts: ScriptRunner,
    private readonly keys: Keyspace,
    private readonly cursors: ReadCursors,
  ) {}

  /**
   * An unknown user has an empty inbox.
   *
   * @throws Problem not_found for a timeline that is not the user's, invalid for a foreign cursor
   */
  async page(user: string, query: InboxQuery): Promise<InboxPage> {
    return pageObject(await this.stored(user, query));
  }

  /** The same as JSON. */
  async json(user: string, query: InboxQuery): Promise<Buffer> {
    return pageJson(await this.stored(user, query));
  }

  private async stored(user: string, query: InboxQuery): Promise<StoredPage> {
    const own = userTimeline(user);
    const { timeline: name = own, limit = DEFAULT_LIMIT, unread = false } = query;
    const from = query.cursor === undefined ? undefined : decodeCursor(query.cursor);
    const wanted = { limit, unread };
    if (name === own) return single(query, from, (window) => this.readOwn(user, window, wanted));
    const cursors = await this.cursors.of(user);
    if (name === '*') return this.merged(await this.sources(cursors), from, wanted);
    const cursor = cursors.find(({ timeline }) => timeline === name);
    if (!cursor) throw new Problem('not_found', `${name} is no timeline of this user`);
    const [source] = await this.sources([cursor]);
    return source ? single(query, from, (window) => this.read(source, window, wanted)) : NOTHING;
  }

  private async sources(cursors: readonly Cursor[]): Promise<InboxSource[]> {
    const heads = await headsOf(this.scripts, cursors);
    return cursors.flatMap((cursor) => {
      const head = heads.get(cursor.timeline);
      return head?.known ? [{ cursor, head, seen: seenOf(head.seen) }] : [];
    });
  }

  private async merged(
    sources: readonly InboxSource[],
    from: PageCursor | undefined,
    wanted: Wanted,
  ): Promise<StoredPage> {
    const start = from && 'until' in from ? from : { until: 0, below: {} as Record<string, number> };
    const pages = await Promise.all(
      sources.map((source) => {
        const below = start.below[source.cursor.timeline];
        const window = {
          until: start.until,
          maxBytes: MERGED_BYTES,
          ...(below === undefined ? {} : { before: below }),
        };
        return this.read(source, window, wanted);
      }),
    );
    return mergePages(pages, wanted.limit, start, PAGE_BYTES);
  }

  private async read({ cursor, head, seen }: InboxSource, window: Window, wanted: Wanted): Promise<SourcePage> {
    const { home, log, state } = cursor.keys;
    const floor = wanted.unread ? head.read : head.floor;
    const args = { after: -1, before: 0, until: 0, maxBytes: PAGE_BYTES, ...window, floor, limit: wanted.limit };
    const reply = await timelinePage(this.scripts, { part: home.part, log, state }, args);
    if (reply.status !== 'OK') return emptyPage(cursor.timeline);
    return pageOf({ timeline: cursor.timeline, ...reply, read: head.read, seen }, wanted);
  }

  private async readOwn(user: string, window: Window, { limit, unread }: Wanted): Promise<SourcePage> {
    const timeline = userTimeline(user);
    const own = this.keys.user(user);
    const keys = { part: own.home.part, log: own.log, state: own.state, seen: this.keys.userSeen(own, timeline) };
    const { after = -1, before = 0 } = window;
    const args = { after, before, unread: unread ? 1 : 0, limit, maxBytes: PAGE_BYTES };
    const reply = await userInbox(this.scripts, keys, args);
    if (reply.status !== 'OK') return emptyPage(timeline);
    return pageOf({ timeline, ...reply, seen: seenOf(reply.seen) }, { limit, unread });
  }
}

type Found = Pick<SourcePage, 'timeline' | 'epoch' | 'read' | 'seen' | 'reached'> & {
  readonly entries: SourcePage['found'];
  readonly more: number;
};

/** What scripts hand out may have been read, one by one. */
function pageOf({ timeline, epoch, read, seen, reached, entries, more }: Found, { unread }: Wanted): SourcePage {
  const found = unread && seen.size > 0 ? entries.filter(({ offset }) => !seen.has(offset)) : entries;
  return { timeline, epoch, read, seen, found, reached, hasMore: more === 1 };
}

/** A page of one timeline. */
async function single(
  query: InboxQuery,
  from: PageCursor | undefined,
  read: (window: Window) => Promise<SourcePage>,
): Promise<StoredPage> {
  const after = from && 'after' in from ? from.after : from ? undefined : query.after;
  const before = from && 'before' in from ? from.before : query.before;
  const page = await read(after !== undefined ? { after } : before !== undefined ? { before } : {});
  const messages = storedMessages(page);
  // With both bounds given, `before` ends an ascending page.
  const within = after !== undefined && before !== undefined ? messages.filter((m) => m.offset < before) : messages;
  const hasMore = page.hasMore && within.length === messages.length;
  const next = after !== undefined ? { after: page.reached } : { before: page.reached };
  return { messages: within, cursor: hasMore ? encodeCursor(next) : null };
}
