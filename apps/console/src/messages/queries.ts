/** What the console asks about messages: the publish log, and what is known of one message. */
import type { DeliveredMessage, InboxMessage, InboxPage, PublishLogPage, PublishRecord } from '@fanfare/contracts';
import { queryOptions } from '@tanstack/react-query';
import { isCode } from '../api/api-error';
import { call, part } from '../api/call';
import { pagesOf } from '../api/pages';
import type { Member, MembersPage } from '../groups/queries';
import type { UsersPage } from '../users/queries';
import { timeOfId } from './message-id';

export const messageKeys = {
  all: ['messages'] as const,
  log: ['messages', 'log'] as const,
  record: (id: string) => ['messages', 'record', id] as const,
  entry: (timeline: string, offset: number) => ['messages', 'entry', timeline, offset] as const,
};

export const publishLog = () => ({
  ...pagesOf<PublishLogPage>(messageKeys.log, '/v1/messages', ({ messages }) => messages),
  refetchInterval: 5_000,
});

/** The log may be some seconds behind the id's time, and several apis write it. */
const AROUND_MS = 10_000;
const LOOKED_THROUGH = { pages: 10, limit: 1000 };

/** What the log says of a message; null where it says nothing (any more), or the place is too far back to walk to. */
export const publishRecord = (id: string) =>
  queryOptions({
    queryKey: messageKeys.record(id),
    queryFn: async ({ signal }): Promise<PublishRecord | null> => {
      const after = timeOfId(id) - AROUND_MS;
      let cursor: string | null = null;
      for (let page = 0; page < LOOKED_THROUGH.pages; page++) {
        const query = { after: Math.max(0, after), limit: LOOKED_THROUGH.limit, cursor };
        const answer: PublishLogPage = await call('GET', '/v1/messages', { query, signal });
        const found = answer.messages.find((record) => record.id === id);
        if (found) return found;
        cursor = answer.cursor;
        if (cursor === null) return null;
      }
      return null;
    },
  });

export interface Entry extends Omit<InboxMessage, 'message'> {
  readonly message: DeliveredMessage;
}

/** A message that has a place in a timeline. */
export type PlacedRecord = PublishRecord & { readonly timeline: string; readonly offset: number };

export interface Found {
  /** In whose inbox it was looked for; null where nobody of now was there when it was sent. */
  readonly reader: string | null;
  /** null where it is gone: expired, retracted, trimmed. */
  readonly entry: Entry | null;
}

/** What stands at the message's place, as somebody it went to sees it: timelines are read through inboxes only. */
export const entryOf = (record: PlacedRecord) =>
  queryOptions({
    queryKey: messageKeys.entry(record.timeline, record.offset),
    refetchInterval: 5_000,
    queryFn: async ({ signal }): Promise<Found> => {
      const reader = await readerOf(record, signal);
      if (reader === null) return { reader, entry: null };
      const { timeline, offset } = record;
      const query = { timeline, after: offset - 1, before: offset + 1, limit: 1 };
      const { messages } = await call<InboxPage>('GET', `/v1/users/${part(reader)}/inbox`, { query, signal });
      return { reader, entry: (messages[0] as Entry | undefined) ?? null };
    },
  });

const READERS_LOOKED_AT = 100;

/** Of a group one of the first members, of everybody one of the first users, who was there already. */
async function readerOf({ to, at }: PlacedRecord, signal: AbortSignal): Promise<string | null> {
  if ('user' in to) return to.user;
  if ('group' in to) {
    const members = await membersOf(to.group, signal);
    return members.find(({ joinedAt }) => joinedAt <= at)?.user ?? null;
  }
  const { users } = await call<UsersPage>('GET', '/v1/users', { query: { limit: READERS_LOOKED_AT }, signal });
  return users.find(({ knownSince }) => knownSince <= at)?.id ?? null;
}

/** None where the group was deleted meanwhile. */
async function membersOf(group: string, signal: AbortSignal): Promise<readonly Member[]> {
  const query = { limit: READERS_LOOKED_AT };
  try {
    return (await call<MembersPage>('GET', `/v1/groups/${part(group)}/members`, { query, signal })).members;
  } catch (error) {
    if (isCode(error, 'group_unknown')) return [];
    throw error;
  }
}

export const retractMessage = (id: string, timeline: string): Promise<void> =>
  call('DELETE', `/v1/messages/${part(id)}`, { query: { timeline } });
