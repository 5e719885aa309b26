/**
 * Schemas of what endpoints answer, for the OpenAPI document. The shapes are those of contracts and of the domain; each
 * `satisfies` fails to compile where one of them changes.
 */
import {
  type DeadLetterPage,
  dryRunAnswer,
  type GroupView,
  type InboxPage,
  type JobPage,
  jobView,
  type MemberPage,
  type OnlinePage,
  publishAnswer,
  type PublishLogPage,
  publishRecord,
  putGroupRequest,
  putUserRequest,
  type ReadAnswer,
  type TokenAnswer,
  type UnreadAnswer,
  type UserPresence,
} from '@fanfare/contracts';
import type { GroupPresencePage } from '@fanfare/groups';
import type { SessionPage, UserPage } from '@fanfare/roster';
import { z } from 'zod';
import type { BatchResult } from '../messages/batch.js';
import type { GroupsPage } from '../users/groups-page.js';
import type { UserWithCounts } from '../users/user-with-counts.js';

const ms = z.number().int().describe('ms since 1970');
const count = z.number().int();
const cursor = z.string().nullable().describe('Where the next page begins; null at the end');
const attributes = putUserRequest.shape.attributes.unwrap();

export const problem = z
  .object({
    type: z.string(),
    title: z.string(),
    status: z.number().int(),
    code: z.string().describe('Stable; decide by this'),
    detail: z.string().optional(),
    errors: z
      .array(z.object({ pointer: z.string().describe('JSON pointer into the request'), detail: z.string() }))
      .optional(),
  })
  .describe('RFC 9457');

export const repeatedOrDryRun = z.union([publishAnswer, dryRunAnswer]);

export const batchAnswer = z.object({
  results: z.array(z.union([publishAnswer, dryRunAnswer, z.object({ error: problem })])),
}) satisfies z.ZodType<{ results: (BatchResult | { error: { code: string } })[] }>;

export const publishLogAnswer = z.object({
  messages: z.array(publishRecord),
  cursor,
}) satisfies z.ZodType<PublishLogPage>;

const presence = z.object({
  online: z.boolean(),
  since: ms.exactOptional(),
  lastSeen: ms.exactOptional(),
  devices: count.describe('Open sessions'),
}) satisfies z.ZodType<UserPresence>;

export const putUserAnswer = z.object({ id: z.string(), attributes });

export const userAnswer = z.object({
  id: z.string(),
  createdAt: ms,
  attributes,
  presence,
  counts: z.object({ unread: count, groups: count }),
}) satisfies z.ZodType<UserWithCounts>;

export const groupsOfUserAnswer = z.object({
  groups: z.array(z.object({ group: z.string(), joinedAt: ms })),
  cursor,
}) satisfies z.ZodType<GroupsPage>;

export const userPageAnswer = z.object({
  users: z.array(z.object({ id: z.string(), knownSince: ms })),
  cursor,
}) satisfies z.ZodType<UserPage>;

export const sessionPageAnswer = z.object({
  sessions: z.array(
    z.object({
      id: z.string(),
      node: z.string().describe('The gateway that holds it'),
      since: ms,
      device: z.string().exactOptional(),
    }),
  ),
  cursor,
}) satisfies z.ZodType<SessionPage>;

export const inboxAnswer = z.object({
  messages: z.array(
    z.object({
      timeline: z.string(),
      offset: count,
      epoch: z.string(),
      read: z.boolean(),
      message: z.unknown().describe('{id, type, priority, at, expiresAt?, from?, payload}'),
    }),
  ),
  cursor,
}) satisfies z.ZodType<InboxPage>;

export const unreadAnswer = z.object({
  total: count,
  timelines: z.record(z.string(), count),
}) satisfies z.ZodType<UnreadAnswer>;

export const readAnswer = z.object({ unread: count }) satisfies z.ZodType<ReadAnswer>;

export const putGroupAnswer = z.object({ id: z.string(), ...putGroupRequest.shape });

export const groupAnswer = z.object({
  id: z.string(),
  createdAt: ms,
  members: count,
  head: count.describe('Messages sent to it so far'),
  retention: z.object({ messages: count.exactOptional(), seconds: count.exactOptional() }),
}) satisfies z.ZodType<GroupView>;

export const memberPageAnswer = z.object({
  total: count,
  members: z.array(z.object({ user: z.string(), joinedAt: ms })),
  cursor,
}) satisfies z.ZodType<MemberPage>;

export const groupPresenceAnswer = z.object({
  online: count,
  approximate: z.literal(true).exactOptional().describe('The sum of what gateways hold: the group is large'),
  users: z.array(z.object({ id: z.string(), since: ms })),
  cursor,
}) satisfies z.ZodType<GroupPresencePage>;

export const membersAnswer = z.object({ added: count, removed: count });
export const joinAnswer = z.object({ group: z.string(), user: z.string() });

export const onlineAnswer = z.object({
  total: count,
  users: z.array(z.object({ id: z.string(), since: ms })),
  cursor,
}) satisfies z.ZodType<OnlinePage>;

export const presenceAnswer = z.object({ users: z.record(z.string(), presence) });

export const tokenAnswer = z.object({
  token: z.string().describe('A JWT'),
  expiresAt: ms,
  url: z.string().describe("The gateway's WebSocket address, path included"),
}) satisfies z.ZodType<TokenAnswer>;

export const jobPageAnswer = z.object({ jobs: z.array(jobView), cursor }) satisfies z.ZodType<JobPage>;

export const deadLetterPageAnswer = z.object({
  deadLetters: z.array(jobView),
  cursor,
}) satisfies z.ZodType<DeadLetterPage>;
