/** What the console asks about messages: the publish log, and what is known of one message. */
import type { DeliveredMessage, InboxMessage, InboxPage, PublishLogPage, PublishRecord } from '@fanfare/contracts';
import { queryOptions } from '@tanstack/react-query';
import { call, part } from '../api/call';
import { pagesOf } from '../api/pages';
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

/** A user's own entry at an offset; null where it is gone: expired, retracted, trimmed. */
export const userEntry = (user: string, offset: number) =>
  queryOptions({
    queryKey: messageKeys.entry(`user:${user}`, offset),
    refetchInterval: 5_000,
    queryFn: async ({ signal }): Promise<Entry | null> => {
      const query = { after: offset - 1, before: offset + 1, limit: 1 };
      const { messages } = await call<InboxPage>('GET', `/v1/users/${part(user)}/inbox`, { query, signal });
      return (messages[0] as Entry | undefined) ?? null;
    },
  });

export const retractMessage = (id: string, timeline: string): Promise<void> =>
  call('DELETE', `/v1/messages/${part(id)}`, { query: { timeline } });
