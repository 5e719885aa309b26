import { useMemo, useSyncExternalStore } from 'react';
import type { InboxEntry } from '@fanfare/client';
import { useInboxClient } from '../client/context.js';
import { emptyInbox, type InboxOptions, type InboxSnapshot } from './inbox-store.js';
import { storeOf } from './stores.js';
import { useUnread } from './use-unread.js';

export interface InboxView extends InboxSnapshot {
  /** In the timeline of the view, or in all of them. */
  readonly unread: number;
  readonly loadMore: () => Promise<void>;
  /** The newest page again, after an error for example. */
  readonly reload: () => Promise<void>;
  /** Shown as read at once, on the user's other devices in moments. A refusal is found in `error`. */
  readonly read: (message: Pick<InboxEntry, 'timeline' | 'offset'>) => Promise<void>;
  readonly readAll: () => Promise<void>;
}

/**
 * The user's inbox, newest first, kept up to date: live messages are put on top, what is read elsewhere is marked.
 * @throws Error outside a `FanfareProvider`
 */
export function useInbox({ timeline = '*', pageSize = 20, maxMessages = 500 }: InboxOptions = {}): InboxView {
  const client = useInboxClient();
  const store = useMemo(
    () => storeOf(client, { timeline, pageSize, maxMessages }),
    [client, timeline, pageSize, maxMessages],
  );
  const snapshot = useSyncExternalStore(store.subscribe, store.getSnapshot, () => emptyInbox);
  const unread = useUnread(timeline === '*' ? undefined : timeline);
  return useMemo(() => {
    const { loadMore, reload, read, readAll } = store;
    return { ...snapshot, unread, loadMore, reload, read, readAll };
  }, [snapshot, unread, store]);
}
