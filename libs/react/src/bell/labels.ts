// Every word that the bell shows or speaks, so that an application can give it its own language.
import type { InboxEntry } from '@fanfare/client';

export interface InboxLabels {
  readonly title: string;
  /** Name of the button. */
  readonly bell: (unread: number) => string;
  readonly markAllRead: string;
  readonly loadMore: string;
  readonly loading: string;
  readonly empty: string;
  readonly error: string;
  readonly retry: string;
  readonly offline: string;
  readonly unread: string;
  /** Spoken when messages arrive; `text` is that of the newest. */
  readonly arrived: (count: number, text: string) => string;
  readonly when: (at: number) => string;
}

const time = new Intl.DateTimeFormat(undefined, { hour: '2-digit', minute: '2-digit' });
const day = new Intl.DateTimeFormat(undefined, { day: 'numeric', month: 'short' });

function whenOf(at: number): string {
  const date = new Date(at);
  return date.toDateString() === new Date().toDateString() ? time.format(date) : day.format(date);
}

export const englishLabels: InboxLabels = {
  title: 'Notifications',
  bell: (unread) => (unread === 0 ? 'Notifications' : `Notifications, ${unread} unread`),
  markAllRead: 'Mark all as read',
  loadMore: 'Show older',
  loading: 'Loading…',
  empty: 'Nothing here yet. What is sent to you appears here.',
  error: 'The messages could not be loaded.',
  retry: 'Try again',
  offline: 'You are offline. What you miss comes when you are back.',
  unread: 'Unread',
  arrived: (count, text) => (count === 1 ? `New message: ${text}` : `${count} new messages, the last: ${text}`),
  when: whenOf,
};

/** The text of a message where its payload is one, or has a field that looks like one; else its type. */
export function textOf({ message: { payload, type } }: Pick<InboxEntry, 'message'>): string {
  if (typeof payload === 'string') return payload;
  if (typeof payload === 'object' && payload !== null) {
    const fields = payload as Readonly<Record<string, unknown>>;
    for (const name of ['text', 'title', 'subject', 'body']) {
      const value = fields[name];
      if (typeof value === 'string' && value !== '') return value;
    }
  }
  return type;
}
