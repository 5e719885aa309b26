/** What the console asks about users, and under which keys the answers are kept. */
import type { InboxPage, UnreadAnswer, UserPresence } from '@fanfare/contracts';
import { queryOptions } from '@tanstack/react-query';
import { call, part } from '../api/call';
import { pagesOf } from '../api/pages';

export interface UserRow {
  readonly id: string;
  readonly knownSince: number;
}
export interface UserDetail {
  readonly id: string;
  readonly createdAt: number;
  readonly attributes: Readonly<Record<string, string | number | boolean | null>>;
  readonly presence: UserPresence;
  readonly counts: { readonly unread: number; readonly groups: number };
}
export interface SessionRow {
  readonly id: string;
  readonly node: string;
  readonly since: number;
  readonly device?: string;
}
export interface GroupOfUser {
  readonly group: string;
  readonly joinedAt: number;
}
interface Paged {
  readonly cursor: string | null;
}
export type UsersPage = Paged & { readonly users: readonly UserRow[] };
export type SessionsPage = Paged & { readonly sessions: readonly SessionRow[] };
export type GroupsPage = Paged & { readonly groups: readonly GroupOfUser[] };

export const userKeys = {
  all: ['users'] as const,
  list: (prefix: string) => ['users', 'list', prefix] as const,
  presence: (ids: readonly string[]) => ['users', 'presence', ids] as const,
  one: (id: string) => ['users', 'one', id] as const,
};

const path = (id: string): string => `/v1/users/${part(id)}`;
/** Presence moves while one looks. */
const PRESENCE_MS = 5_000;

export const usersPages = (prefix: string) =>
  pagesOf<UsersPage>(userKeys.list(prefix), '/v1/users', ({ users }) => users, { prefix });

/** Of one page of users: the api takes 1,000 at once. */
export const presenceOf = (ids: readonly string[]) =>
  queryOptions({
    queryKey: userKeys.presence(ids),
    enabled: ids.length > 0,
    refetchInterval: PRESENCE_MS,
    queryFn: async ({ signal }) => {
      const answer = await call<{ users: Readonly<Record<string, UserPresence>> }>('POST', '/v1/presence/query', {
        body: { users: ids.slice(-1000) },
        signal,
      });
      return answer.users;
    },
  });

export const userDetail = (id: string) =>
  queryOptions({
    queryKey: userKeys.one(id),
    refetchInterval: PRESENCE_MS,
    queryFn: ({ signal }) => call<UserDetail>('GET', path(id), { signal }),
  });

export const userSessions = (id: string) =>
  queryOptions({
    queryKey: [...userKeys.one(id), 'sessions'],
    refetchInterval: PRESENCE_MS,
    queryFn: ({ signal }) => call<SessionsPage>('GET', `${path(id)}/sessions`, { query: { limit: 100 }, signal }),
  });

export const userGroups = (id: string) =>
  pagesOf<GroupsPage>([...userKeys.one(id), 'groups'], `${path(id)}/groups`, ({ groups }) => groups);

export const userUnread = (id: string) =>
  queryOptions({
    queryKey: [...userKeys.one(id), 'unread'],
    queryFn: ({ signal }) => call<UnreadAnswer>('GET', `${path(id)}/unread`, { signal }),
  });

export const userInbox = (id: string, onlyUnread: boolean) =>
  pagesOf<InboxPage>([...userKeys.one(id), 'inbox', onlyUnread], `${path(id)}/inbox`, ({ messages }) => messages, {
    timeline: '*',
    unread: onlyUnread || undefined,
  });

export const disconnect = (id: string, device?: string): Promise<void> =>
  call('DELETE', `${path(id)}/sessions`, { query: { device } });

export const readEverything = (id: string): Promise<unknown> =>
  call('POST', `${path(id)}/read`, { body: { everything: true } });
