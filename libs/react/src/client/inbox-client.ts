// What the hooks need of a client: `Fanfare` of @fanfare/client is one, a test's stand-in may be another.
import type { Fanfare, Inbox } from '@fanfare/client';

export interface InboxClient extends Pick<Fanfare, 'status' | 'user' | 'on'> {
  readonly inbox: Pick<Inbox, 'unread' | 'page' | 'read' | 'readAll'>;
}
