/** Users: what is kept of them, what they may read and have read, where they are connected. */
import type { AttributeValue, PutUserRequest, ReadAnswer, ReadRequest, UnreadAnswer } from '@fanfare/contracts';
import { type Caller, type CallOptions, segment } from '../calls/caller.js';
import { everything, from, type PageOptions } from '../calls/pages.js';
import type {
  GroupOfUser,
  GroupsOfUserPage,
  InboxEntry,
  InboxOptions,
  InboxPage,
  KnownUser,
  Session,
  SessionPage,
  User,
  UserPage,
} from './answers.js';

type Attributes = Readonly<Record<string, AttributeValue>>;

export class Users {
  constructor(private readonly caller: Caller) {}

  /** @throws FanfareError not_found for one who is not known */
  get(user: string, options?: CallOptions): Promise<User> {
    return this.caller.call({ method: 'GET', path: path(user) }, options);
  }

  /** Makes them known, or replaces their attributes as a whole. */
  put(
    user: string,
    attributes: Attributes = {},
    options?: CallOptions,
  ): Promise<{ readonly id: string; readonly attributes: Attributes }> {
    const body: PutUserRequest = { attributes };
    return this.caller.call({ method: 'PUT', path: path(user), body }, options);
  }

  /** Erases everything that is kept of them, and closes their sessions. */
  delete(user: string, options?: CallOptions): Promise<void> {
    return this.caller.call({ method: 'DELETE', path: path(user) }, options);
  }

  /** A page of those who are known; it may be short, or empty, although more follow. */
  search(page: PageOptions & { readonly prefix?: string } = {}, options?: CallOptions): Promise<UserPage> {
    return this.caller.call({ method: 'GET', path: '/users', query: { ...page } }, options);
  }

  all(page: PageOptions & { readonly prefix?: string } = {}, options?: CallOptions): Items<KnownUser> {
    return everything(
      (cursor) => this.search(from(page, cursor), options),
      ({ users }) => users,
    );
  }

  unread(user: string, options?: CallOptions): Promise<UnreadAnswer> {
    return this.caller.call({ method: 'GET', path: path(user, '/unread') }, options);
  }

  inbox(user: string, page: InboxOptions = {}, options?: CallOptions): Promise<InboxPage> {
    return this.caller.call({ method: 'GET', path: path(user, '/inbox'), query: { ...page } }, options);
  }

  inboxAll(user: string, page: InboxOptions = {}, options?: CallOptions): Items<InboxEntry> {
    return everything(
      (cursor) => this.inbox(user, from(page, cursor), options),
      ({ messages }) => messages,
    );
  }

  /** Marks as read; cursors only move forward. */
  read(user: string, what: ReadRequest, options?: CallOptions): Promise<ReadAnswer> {
    return this.caller.call({ method: 'POST', path: path(user, '/read'), body: what }, options);
  }

  groups(user: string, page: PageOptions = {}, options?: CallOptions): Promise<GroupsOfUserPage> {
    return this.caller.call({ method: 'GET', path: path(user, '/groups'), query: { ...page } }, options);
  }

  groupsAll(user: string, page: PageOptions = {}, options?: CallOptions): Items<GroupOfUser> {
    return everything(
      (cursor) => this.groups(user, from(page, cursor), options),
      ({ groups }) => groups,
    );
  }

  sessions(user: string, page: PageOptions = {}, options?: CallOptions): Promise<SessionPage> {
    return this.caller.call({ method: 'GET', path: path(user, '/sessions'), query: { ...page } }, options);
  }

  sessionsAll(user: string, page: PageOptions = {}, options?: CallOptions): Items<Session> {
    return everything(
      (cursor) => this.sessions(user, from(page, cursor), options),
      ({ sessions }) => sessions,
    );
  }

  /** Closes their sessions, or those of one device. A token that is still valid opens a new one. */
  disconnect(user: string, which: { readonly device?: string } = {}, options?: CallOptions): Promise<void> {
    return this.caller.call({ method: 'DELETE', path: path(user, '/sessions'), query: { ...which } }, options);
  }
}

type Items<Item> = AsyncGenerator<Item, void, undefined>;

const path = (user: string, rest = ''): string => `/users/${segment(user)}${rest}`;
