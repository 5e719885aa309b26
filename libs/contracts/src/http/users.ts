/** Users: attributes, inbox, unread counts and reading. */
import { z } from 'zod';
import { deviceId, userId } from '../ids.js';
import { limits } from '../limits.js';
import type { Priority } from '../priorities.js';
import { timelineName } from '../timeline-names.js';
import { attributeName, attributeValue } from './attributes.js';

export const putUserRequest = z.strictObject({
  attributes: z
    .record(attributeName, attributeValue)
    .refine((all) => Object.keys(all).length <= limits.attributes, { error: `at most ${limits.attributes} attributes` })
    .refine((all) => Buffer.byteLength(JSON.stringify(all)) <= limits.attributeBytes, {
      error: `at most ${limits.attributeBytes} bytes of attributes`,
    })
    .optional(),
});
export type PutUserRequest = z.infer<typeof putUserRequest>;

const offset = z.number().int().min(1).max(Number.MAX_SAFE_INTEGER);

export const readRequest = z.union(
  [
    z.strictObject({ timeline: timelineName, upTo: z.number().int().min(0).max(Number.MAX_SAFE_INTEGER) }),
    z.strictObject({ timeline: timelineName, offsets: z.array(offset).min(1).max(limits.seenOffsets) }),
    z.strictObject({ everything: z.literal(true) }),
  ],
  { error: 'must be {timeline, upTo}, {timeline, offsets} or {"everything": true}' },
);
export type ReadRequest = z.infer<typeof readRequest>;

export const queryInteger = (minimum: number, maximum: number) =>
  z
    .string()
    .regex(/^\d{1,16}$/, { error: 'must be a whole number' })
    .transform(Number)
    .refine((value) => value >= minimum && value <= maximum, { error: `must be ${minimum} to ${maximum}` });

const queryBoolean = z.enum(['true', 'false']).transform((value) => value === 'true');

export const inboxQuery = z.strictObject({
  timeline: z
    .union([timelineName, z.literal('*')], { error: 'must be user:<id>, group:<id>, all or *' })
    .optional()
    .describe('The own timeline by default; * merges all, newest first'),
  after: queryInteger(0, Number.MAX_SAFE_INTEGER).optional().describe('Oldest first, beyond this offset'),
  before: queryInteger(1, Number.MAX_SAFE_INTEGER).optional().describe('Newest first, below this offset'),
  limit: queryInteger(1, limits.inboxPageMax).optional().describe(`1 to ${limits.inboxPageMax}, 50 by default`),
  unread: queryBoolean.optional().describe('Only what has not been read'),
  cursor: z.string().max(4096).optional().describe('Of the page before'),
});
export type InboxQuery = z.infer<typeof inboxQuery>;

export const pageQuery = z.strictObject({
  cursor: z.string().max(4096).optional(),
  limit: queryInteger(1, limits.pageMax).optional(),
});
export type PageQuery = z.infer<typeof pageQuery>;

export const disconnectQuery = z.strictObject({
  device: deviceId.optional().describe('Only sessions of this device'),
});
export type DisconnectQuery = z.infer<typeof disconnectQuery>;

export const usersQuery = pageQuery.extend({ prefix: userId.optional().describe('What the id begins with') });
export type UsersQuery = z.infer<typeof usersQuery>;

/** A message as devices and inboxes get it; `at` and `expiresAt` are milliseconds since 1970. */
export interface DeliveredMessage {
  readonly id: string;
  readonly type: string;
  readonly priority: Priority;
  readonly at: number;
  readonly expiresAt?: number;
  readonly from?: string;
  readonly payload: unknown;
}

export interface InboxMessage {
  readonly timeline: string;
  readonly offset: number;
  readonly epoch: string;
  readonly read: boolean;
  readonly message: unknown;
}
export interface InboxPage {
  readonly messages: readonly InboxMessage[];
  /** Where the next page begins; null at the end. */
  readonly cursor: string | null;
}
export interface ReadAnswer {
  /** Left unread: in the timeline, or in all of them after reading everything. */
  readonly unread: number;
}
export interface UnreadAnswer {
  readonly total: number;
  readonly timelines: Readonly<Record<string, number>>;
}
