// An inbox with a badge for React 19: hooks over a client of @fanfare/client, and the bell that is made of them.
export { FanfareProvider, type FanfareProviderProps } from './client/fanfare-provider.js';
export { useFanfare } from './client/context.js';
export type { InboxClient } from './client/inbox-client.js';
export type { InboxEntry } from '@fanfare/client';
export { useStatus } from './client/use-status.js';
export { useUnread } from './inbox/use-unread.js';
export { useInbox, type InboxView } from './inbox/use-inbox.js';
export type { InboxOptions } from './inbox/inbox-store.js';
export { Inbox, type InboxProps } from './bell/inbox.js';
export { englishLabels, textOf, type InboxLabels } from './bell/labels.js';
