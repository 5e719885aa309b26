// Components that show the same inbox of the same client share one store: one request, one list in memory. A client that
// nobody holds any more takes its stores with it.
import type { InboxClient } from '../client/inbox-client.js';
import { type InboxOptions, InboxStore } from './inbox-store.js';

const stores = new WeakMap<InboxClient, Map<string, InboxStore>>();

export function storeOf(client: InboxClient, options: InboxOptions): InboxStore {
  const ofClient = stores.get(client) ?? new Map<string, InboxStore>();
  stores.set(client, ofClient);
  const key = [options.pageSize, options.maxMessages, options.timeline].join(' ');
  const store = ofClient.get(key) ?? new InboxStore(client, options);
  ofClient.set(key, store);
  return store;
}
