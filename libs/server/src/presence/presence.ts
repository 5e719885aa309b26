/** Who is online. */
import type { OnlinePage, OnlineUser, PresenceQuery, UserPresence } from '@fanfare/contracts';
import type { Caller, CallOptions } from '../calls/caller.js';
import { everything, from, type PageOptions } from '../calls/pages.js';

export class Presence {
  constructor(private readonly caller: Caller) {}

  online(page: PageOptions = {}, options?: CallOptions): Promise<OnlinePage> {
    return this.caller.call({ method: 'GET', path: '/presence/online', query: { ...page } }, options);
  }

  onlineAll(page: PageOptions = {}, options?: CallOptions): AsyncGenerator<OnlineUser, void, undefined> {
    return everything(
      (cursor) => this.online(from(page, cursor), options),
      ({ users }) => users,
    );
  }

  /** Up to 1,000 users, by id. */
  async query(users: readonly string[], options?: CallOptions): Promise<Readonly<Record<string, UserPresence>>> {
    const body: PresenceQuery = { users: [...users] };
    const request = { method: 'POST', path: '/presence/query', body } as const;
    return (await this.caller.call<{ users: Record<string, UserPresence> }>(request, options)).users;
  }
}
