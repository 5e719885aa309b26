// One inbox as it stands: the pages that were asked for, with what arrives live put on top, each message once. It guarantees
// that no more than `maxMessages` are held, that a reading here or in another tab is shown at once, and that what a reconnect
// may have missed (marks, retractions, what is over) is fetched anew.
//
// States: stopped → started (its first reader subscribed) → stopped (the last one left). A started store with a session
// loads; without one it waits for `live`. What is held outlives a stop, so that a component that comes back shows it at once.
import type { FanfareEvents, InboxEntry, InboxPage, InboxQuery } from '@fanfare/client';
import type { InboxClient } from '../client/inbox-client.js';
import { type Entries, entryOf, keyOf, markRead, markUnread, merge, without } from './entry.js';

export interface InboxOptions {
  /** A timeline of the user's, or `*` (default) for all of them merged. */
  readonly timeline?: string;
  /** Messages of a page: 1 to 100, 20 by default. */
  readonly pageSize?: number;
  /** What is held at most, 500 by default: the oldest make room, and `loadMore` ends there. */
  readonly maxMessages?: number;
}

export interface InboxSnapshot {
  readonly messages: Entries;
  readonly hasMore: boolean;
  readonly isLoading: boolean;
  /** Why the last request failed; gone with the next one that succeeds. */
  readonly error: Error | undefined;
}

/** The server's limit. */
const largestPage = 100;
export const emptyInbox: InboxSnapshot = { messages: [], hasMore: false, isLoading: true, error: undefined };

export class InboxStore {
  private snapshot = emptyInbox;
  private readonly listeners = new Set<() => void>();
  private endings: (() => void)[] = [];
  private cursor: string | undefined;
  private wasTrimmed = false;
  /** What a later start or reload makes worthless: answers of earlier ones are dropped. */
  private life = 0;
  private loading: Promise<void> | undefined;
  private isReloadDue = false;
  private ownReadings = 0;
  /** What happened to single messages while a page is on its way, which may not know of it. */
  private meanwhile = new Map<string, 'arrived' | 'gone'>();

  readonly timeline: string;
  private readonly pageSize: number;
  private readonly maxMessages: number;

  constructor(
    private readonly client: InboxClient,
    { timeline = '*', pageSize = 20, maxMessages = 500 }: InboxOptions = {},
  ) {
    this.timeline = timeline;
    this.pageSize = Math.min(Math.max(1, pageSize), largestPage);
    this.maxMessages = Math.max(this.pageSize, maxMessages);
  }

  readonly subscribe = (listener: () => void): (() => void) => {
    this.listeners.add(listener);
    if (this.listeners.size === 1) this.start();
    return () => {
      if (this.listeners.delete(listener) && this.listeners.size === 0) this.stop();
    };
  };

  readonly getSnapshot = (): InboxSnapshot => this.snapshot;

  /** The newest page again; at most one request is under way, and one more is remembered. */
  readonly reload = (): Promise<void> => {
    if (!this.isOpen) return Promise.resolve();
    if (this.loading) {
      this.isReloadDue = true;
      return this.loading;
    }
    const limit = Math.min(largestPage, Math.max(this.pageSize, this.snapshot.messages.length));
    return this.load({ limit }, (page) => {
      this.wasTrimmed = false;
      // Reading is known here before a page tells of it, so marks are kept; what the page has no more is gone.
      const known = new Set(page.messages.map(keyOf));
      const isKept = (key: string) => known.has(key) || this.meanwhile.get(key) === 'arrived';
      return merge(
        without(this.snapshot.messages, (entry) => !isKept(keyOf(entry))),
        page.messages,
      );
    });
  };

  /** One page more; nothing where there is none, or one is being fetched. */
  readonly loadMore = (): Promise<void> => {
    if (this.loading || !this.snapshot.hasMore || this.cursor === undefined) return Promise.resolve();
    const query = { limit: this.pageSize, cursor: this.cursor };
    return this.load(query, (page) => merge(this.snapshot.messages, page.messages));
  };

  /** Shown as read at once; as unread again where the server refuses. */
  readonly read = async ({ timeline, offset }: Pick<InboxEntry, 'timeline' | 'offset'>): Promise<void> => {
    const isMeant = (entry: InboxEntry) => entry.timeline === timeline && entry.offset === offset;
    await this.reading(isMeant, () => this.client.inbox.read({ timeline, offsets: [offset] }));
  };

  readonly readAll = async (): Promise<void> => {
    const newest = this.snapshot.messages.find((entry) => entry.timeline === this.timeline);
    await this.reading(
      () => true,
      async () => {
        if (this.timeline === '*') return this.client.inbox.readAll();
        if (newest) return this.client.inbox.read({ timeline: this.timeline, upTo: newest.offset });
      },
    );
  };

  private start(): void {
    const { client } = this;
    this.life += 1;
    this.endings = [
      client.on('status', ({ status }) => this.onStatus(status)),
      client.on('message', (message) => this.onMessage(message)),
      client.on('read', (read) => this.onRead(read)),
      client.on('retract', (retracted) => this.onRetract(retracted)),
      client.on('reset', (reset) => this.onReset(reset)),
      client.on('membership', (membership) => this.onMembership(membership)),
    ];
    this.onStatus(client.status);
  }

  private stop(): void {
    this.life += 1;
    this.loading = undefined;
    this.isReloadDue = false;
    for (const end of this.endings) end();
    this.endings = [];
  }

  private get isOpen(): boolean {
    return this.listeners.size > 0 && (this.client.status === 'live' || this.client.status === 'catching-up');
  }

  private onStatus(status: InboxClient['status']): void {
    if (status === 'live') void this.reload();
    else this.show({ isLoading: status === 'connecting' || status === 'catching-up' });
  }

  private onMessage(message: FanfareEvents['message']): void {
    if (!this.follows(message.timeline)) return;
    const entry = entryOf(message, this.client.user);
    if (!entry) return;
    if (this.loading) this.meanwhile.set(keyOf(entry), 'arrived');
    this.keep(merge(this.snapshot.messages, [entry]));
  }

  /** The cursor says what is read up to it; single messages read ahead of it are named by nobody, so they are asked for. */
  private onRead({ timeline, read, unread }: FanfareEvents['read']): void {
    if (!this.follows(timeline)) return;
    this.keep(markRead(this.snapshot.messages, (entry) => entry.timeline === timeline && entry.offset <= read));
    if (unread === 0) this.keep(markRead(this.snapshot.messages, (entry) => entry.timeline === timeline));
    const shown = this.snapshot.messages.filter((entry) => entry.timeline === timeline && !entry.read).length;
    if (shown > 0 && !this.isExplained(shown, unread)) void this.reload();
  }

  /** Whether the marks shown can be right: what is not loaded may be unread too, so only an own reading explains fewer. */
  private isExplained(shown: number, unread: number): boolean {
    return this.ownReadings > 0 ? shown <= unread : shown === unread && !this.snapshot.hasMore;
  }

  private onRetract({ timeline, offset }: FanfareEvents['retract']): void {
    if (this.loading) this.meanwhile.set(keyOf({ timeline, offset }), 'gone');
    this.keep(without(this.snapshot.messages, (entry) => entry.timeline === timeline && entry.offset === offset));
  }

  private onReset({ timeline, epoch, from }: FanfareEvents['reset']): void {
    if (!this.follows(timeline)) return;
    const isUndone = (entry: InboxEntry) => entry.epoch !== epoch && entry.offset > from;
    this.keep(without(this.snapshot.messages, (entry) => entry.timeline === timeline && isUndone(entry)));
    void this.reload();
  }

  private onMembership({ group, state }: FanfareEvents['membership']): void {
    if (state !== 'left') return;
    this.keep(without(this.snapshot.messages, (entry) => entry.timeline === `group:${group}`));
  }

  private follows(timeline: string): boolean {
    return this.timeline === '*' || this.timeline === timeline;
  }

  private async reading(isMeant: (entry: InboxEntry) => boolean, ask: () => Promise<unknown>): Promise<void> {
    const touched = new Set(this.snapshot.messages.filter((entry) => !entry.read && isMeant(entry)).map(keyOf));
    this.keep(markRead(this.snapshot.messages, isMeant));
    this.ownReadings += 1;
    try {
      await ask();
      if (this.snapshot.error) this.show({ error: undefined });
    } catch (error) {
      this.keep(markUnread(this.snapshot.messages, (entry) => touched.has(keyOf(entry))));
      this.show({ error: asError(error) });
    } finally {
      this.ownReadings -= 1;
    }
  }

  private load(query: InboxQuery, take: (page: InboxPage) => Entries): Promise<void> {
    const life = this.life;
    this.meanwhile.clear();
    this.show({ isLoading: true });
    const loading = this.client.inbox
      .page({ timeline: this.timeline, ...query })
      .then(
        (page) => {
          if (life !== this.life) return;
          this.cursor = page.cursor ?? undefined;
          this.loading = undefined;
          this.keep(without(take(page), (entry) => this.meanwhile.get(keyOf(entry)) === 'gone'));
          this.show({ isLoading: false, error: undefined });
        },
        (error: unknown) => {
          if (life !== this.life) return;
          this.loading = undefined;
          this.show({ isLoading: false, error: asError(error) });
        },
      )
      .then(() => (life === this.life && this.isReloadDue ? this.reloadAsAsked() : undefined));
    this.loading = loading;
    return loading;
  }

  private reloadAsAsked(): Promise<void> {
    this.isReloadDue = false;
    return this.reload();
  }

  private keep(entries: Entries): void {
    if (entries.length > this.maxMessages) this.wasTrimmed = true;
    const messages = entries.length > this.maxMessages ? entries.slice(0, this.maxMessages) : entries;
    this.show({ messages });
  }

  private show(change: Partial<InboxSnapshot>): void {
    const next = { ...this.snapshot, ...change };
    next.hasMore = this.cursor !== undefined && !this.wasTrimmed && next.messages.length < this.maxMessages;
    const names = Object.keys(next) as (keyof InboxSnapshot)[];
    if (names.every((name) => next[name] === this.snapshot[name])) return;
    this.snapshot = next;
    for (const listener of this.listeners) listener();
  }
}

function asError(error: unknown): Error {
  return error instanceof Error ? error : new Error(String(error));
}
