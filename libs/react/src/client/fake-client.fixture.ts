// A client whose server is the spec: it says what arrives and holds the pages that are asked for.
import type { FanfareEvents, InboxEntry, InboxPage, InboxQuery, Listener, Status } from '@fanfare/client';
import type { InboxClient } from './inbox-client.js';

type Listeners = { [Event in keyof FanfareEvents]?: Set<Listener<Event>> };

export function entry(offset: number, more: Partial<InboxEntry> & { text?: string } = {}): InboxEntry {
  const { text = `message ${offset}`, timeline = 'user:alice', ...rest } = more;
  const message = { id: `${timeline}-${offset}`, type: 'message', priority: 'normal' as const, at: offset * 1000 };
  return { timeline, offset, epoch: '1', read: false, message: { ...message, payload: { text } }, ...rest };
}

export class FakeClient implements InboxClient {
  status: Status = 'live';
  readonly user = 'alice';
  /** Oldest first, as they were stored. */
  stored: InboxEntry[] = [];
  readonly calls: { readonly call: string; readonly data?: unknown }[] = [];
  /** Set to make requests fail. */
  failure: Error | undefined;
  /** Set to let pages wait. */
  gate: Promise<void> | undefined;
  private counts: FanfareEvents['unread'] = { total: 0, timelines: {} };
  private readonly listeners: Listeners = {};

  readonly inbox = this.makeInbox();

  on<Event extends keyof FanfareEvents>(event: Event, listener: Listener<Event>): () => void {
    const listeners: Set<Listener<Event>> = this.listeners[event] ?? new Set();
    Object.assign(this.listeners, { [event]: listeners });
    listeners.add(listener);
    return () => void listeners.delete(listener);
  }

  emit<Event extends keyof FanfareEvents>(event: Event, data: FanfareEvents[Event]): void {
    for (const listener of this.listeners[event] ?? []) listener(data);
  }

  get listenerCount(): number {
    return Object.values(this.listeners).reduce((sum, { size }) => sum + size, 0);
  }

  /** Stored, counted and told, as a live message is. */
  arrive(one: InboxEntry): void {
    this.stored.push(one);
    if (!one.read) this.setUnread(this.counts.total + 1);
    const { timeline, offset, epoch, message } = one;
    this.emit('message', { timeline, offset, epoch, replayed: false, ...message });
  }

  setUnread(total: number, timelines: Record<string, number> = { 'user:alice': total }): void {
    this.counts = { total, timelines };
    this.emit('unread', this.counts);
  }

  setStatus(status: Status): void {
    this.status = status;
    this.emit('status', { status });
  }

  requests(call: string): unknown[] {
    return this.calls.filter((one) => one.call === call).map(({ data }) => data);
  }

  private makeInbox(): InboxClient['inbox'] {
    const unread = () => this.counts;
    return {
      get unread() {
        return unread();
      },
      page: (query) => this.page(query),
      read: async (target) => {
        await this.answer('read', target);
        return { unread: this.counts.total };
      },
      readAll: () => this.answer('readAll'),
    };
  }

  private async page(query: InboxQuery = {}): Promise<InboxPage> {
    await this.answer('page', query);
    const newestFirst = this.stored.filter(({ timeline }) => [timeline, '*'].includes(query.timeline ?? '')).reverse();
    const from = Number(query.cursor ?? 0);
    const to = from + (query.limit ?? 50);
    return { messages: newestFirst.slice(from, to), ...(to < newestFirst.length && { cursor: String(to) }) };
  }

  private async answer(call: string, data?: unknown): Promise<void> {
    this.calls.push({ call, data });
    await this.gate;
    if (this.failure) throw this.failure;
  }
}
