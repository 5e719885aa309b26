import { useCallback, useSyncExternalStore } from 'react';
import { useInboxClient } from '../client/context.js';

/**
 * How many messages the user has not read: of a timeline, or of all of them. The server counts; nothing is added up here.
 * @throws Error outside a `FanfareProvider`
 */
export function useUnread(timeline?: string): number {
  const client = useInboxClient();
  const subscribe = useCallback((listener: () => void) => client.on('unread', listener), [client]);
  const count = () => {
    const { total, timelines } = client.inbox.unread;
    return timeline === undefined ? total : (timelines[timeline] ?? 0);
  };
  return useSyncExternalStore(subscribe, count, () => 0);
}
