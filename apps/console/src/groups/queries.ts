/** What the console asks about groups, and under which keys the answers are kept. */
import { queryOptions } from '@tanstack/react-query';
import { call, part } from '../api/call';
import { pagesOf } from '../api/pages';

export interface GroupDetail {
  readonly id: string;
  readonly createdAt: number;
  readonly members: number;
  readonly head: number;
  readonly retention?: { readonly messages?: number; readonly seconds?: number };
}
export interface Member {
  readonly user: string;
  readonly joinedAt: number;
}
export interface MembersPage {
  readonly total: number;
  readonly members: readonly Member[];
  readonly cursor: string | null;
}
export interface GroupPresence {
  readonly online: number;
  readonly approximate?: true;
  readonly users: readonly { readonly id: string; readonly since: number }[];
  readonly cursor: string | null;
}

export const groupKeys = {
  one: (id: string) => ['groups', id] as const,
};

const path = (id: string): string => `/v1/groups/${part(id)}`;
const PRESENCE_MS = 5_000;

export const groupDetail = (id: string) =>
  queryOptions({
    queryKey: groupKeys.one(id),
    queryFn: ({ signal }) => call<GroupDetail>('GET', path(id), { signal }),
  });

export const groupMembers = (id: string) =>
  pagesOf<MembersPage>([...groupKeys.one(id), 'members'], `${path(id)}/members`, ({ members }) => members);

export const groupPresence = (id: string) =>
  queryOptions({
    queryKey: [...groupKeys.one(id), 'presence'],
    refetchInterval: PRESENCE_MS,
    queryFn: ({ signal }) => call<GroupPresence>('GET', `${path(id)}/presence`, { query: { limit: 1000 }, signal }),
  });

export const putGroup = (id: string): Promise<unknown> => call('PUT', path(id), { body: {} });
export const addMember = (id: string, user: string): Promise<unknown> =>
  call('PUT', `${path(id)}/members/${part(user)}`);
export const removeMember = (id: string, user: string): Promise<void> =>
  call('DELETE', `${path(id)}/members/${part(user)}`);
