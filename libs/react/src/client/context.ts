import { createContext, useContext } from 'react';
import type { Fanfare } from '@fanfare/client';
import type { InboxClient } from './inbox-client.js';

export const ClientContext = createContext<InboxClient | undefined>(undefined);

/** @throws Error outside a `FanfareProvider` */
export function useInboxClient(): InboxClient {
  const client = useContext(ClientContext);
  if (!client) throw new Error('There is no Fanfare client here: put a <FanfareProvider> around this component.');
  return client;
}

/**
 * The client of the nearest provider, for what the hooks do not cover.
 * @throws Error outside a `FanfareProvider`
 */
export function useFanfare(): Fanfare {
  return useInboxClient() as Fanfare;
}
