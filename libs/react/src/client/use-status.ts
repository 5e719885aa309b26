import type { Status } from '@fanfare/client';
import { useCallback, useSyncExternalStore } from 'react';
import { useInboxClient } from './context.js';

/**
 * How the session stands: `live`, on its way there, `waiting` for the next attempt, or `closed`.
 * @throws Error outside a `FanfareProvider`
 */
export function useStatus(): Status {
  const client = useInboxClient();
  const subscribe = useCallback((listener: () => void) => client.on('status', listener), [client]);
  return useSyncExternalStore(
    subscribe,
    () => client.status,
    () => 'idle' as const,
  );
}
