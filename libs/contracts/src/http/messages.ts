/** `POST /v1/messages` and its batch: what a backend asks to be delivered, and what it is told. */
import { z } from 'zod';
import { groupId, idempotencyKey, messageType, userId } from '../ids.js';
import { limits } from '../limits.js';
import { priority } from '../priorities.js';
import { timelineName } from '../timeline-names.js';
import { pageQuery, queryInteger } from './users.js';
import { where, type Where } from './where.js';

const toUser = z.strictObject({ user: userId });
const toGroup = z.strictObject({ group: groupId });
const toAll = z.strictObject({ all: z.literal(true) });
const toOnline = z.strictObject({ online: z.literal(true) });
const toUsers = z.strictObject({
  users: z.array(userId).min(1).max(limits.usersPerMessage).describe('Repeats count once'),
});

export const directAudience = z.union([toUser, toGroup, toAll, toOnline]);
/** One timeline, or none: what a single script call reaches. */
export type DirectAudience = z.infer<typeof directAudience>;

const filter = { where: where.optional() };

export const audience = z.union([toUser, toGroup.extend(filter), toAll.extend(filter), toOnline, toUsers], {
  error: `must be {"user": id}, {"group": id}, {"users": [1 to ${limits.usersPerMessage} ids]}, {"all": true} or {"online": true}`,
});
export type Audience = z.infer<typeof audience>;
/** Those of a group, or of all, whose attributes fit. */
export type FilteredAudience = { readonly where: Where } & ({ readonly group: string } | { readonly all: true });

export function isFiltered(to: Audience): to is FilteredAudience {
  return 'where' in to && to.where !== undefined;
}

/** The last time that a Date can hold. */
const MAX_TIME_MS = 8.64e15;

/** Any JSON, null included, but it must be there. */
const payload = z.unknown().refine((value) => value !== undefined, { error: 'is required (any JSON)' });

export const publishRequest = z.strictObject({
  to: audience.describe('Who receives it'),
  payload: payload.describe('Any JSON, at most 64 KiB'),
  type: messageType.optional().describe('Application-defined type, "message" by default'),
  priority: priority.optional().describe('"normal" by default'),
  ttlSeconds: z.number().int().min(1).max(limits.ttlSeconds).optional().describe('Not delivered after this'),
  deliverAt: z
    .number()
    .int()
    .min(0)
    .max(MAX_TIME_MS)
    .optional()
    .describe('Time in ms at which it is sent; in the past it is now. ttlSeconds runs from it'),
  ephemeral: z.boolean().optional().describe('Only to those online now; nothing is kept'),
  from: userId.optional().describe('The user who sends it; it does not count as unread for them'),
  idempotencyKey: idempotencyKey.optional().describe('The same key gives the same message once'),
  idempotencySeconds: z.number().int().min(1).max(limits.idempotencySeconds).optional().describe('3600 by default'),
  durability: z
    .enum(['stored', 'replicated'])
    .optional()
    .describe('"replicated": answered when a replica holds it too, else 503 not_replicated. The setting by default'),
  dryRun: z.boolean().optional().describe('Only tell how many it would reach; nothing is sent and nothing kept'),
});
export type PublishRequest = z.infer<typeof publishRequest>;
/** A request that a single script call carries out. */
export type DirectRequest = Omit<PublishRequest, 'to'> & { readonly to: DirectAudience };

export const publishAnswer = z.object({
  id: z.string().describe('UUIDv7'),
  state: z.enum(['published', 'queued', 'scheduled']),
  timeline: z.string().optional(),
  offset: z.number().int().optional(),
  epoch: z.string().optional(),
  online: z.boolean().optional().describe('Whether anyone was there to receive it at once'),
  job: z.string().optional().describe('Where it is a job: GET /v1/jobs/:id tells how far it has come'),
  duplicate: z.literal(true).optional(),
});
export type PublishAnswer = z.infer<typeof publishAnswer>;

export const dryRunAnswer = z.object({
  reach: z.number().int().describe('Users that the message would be for'),
});
export type DryRunAnswer = z.infer<typeof dryRunAnswer>;
export const retractQuery = z.strictObject({
  timeline: timelineName.optional().describe('Retract the message from this timeline instead of cancelling a job'),
});
export type RetractQuery = z.infer<typeof retractQuery>;

export const publishLogQuery = pageQuery.extend({
  after: queryInteger(0, Number.MAX_SAFE_INTEGER).optional().describe('Only what was accepted after this time, in ms'),
});
export type PublishLogQuery = z.infer<typeof publishLogQuery>;

/** What the publish log keeps of a message: to whom it went and what was answered, not what it says. */
export const publishRecord = z.object({
  id: z.string(),
  at: z.number().int().describe('When it was accepted, ms since 1970'),
  to: z
    .union([
      toUser,
      toGroup,
      toAll,
      toOnline,
      z.object({ users: z.number().int().describe('How many, repeats included') }),
    ])
    .describe('Of a list the number of users'),
  type: z.string().optional().describe('Where the request had one'),
  priority: priority.optional().describe('Where the request had one'),
  from: z.string().optional(),
  deliverAt: z.number().int().optional(),
  state: publishAnswer.shape.state,
  timeline: z.string().optional(),
  offset: z.number().int().optional(),
  epoch: z.string().optional(),
  job: z.string().optional(),
});
export type PublishRecord = z.infer<typeof publishRecord>;

export interface PublishLogPage {
  readonly messages: readonly PublishRecord[];
  readonly cursor: string | null;
}

/** Each message is checked by itself, so that one that is wrong does not fail the others. */
export const batchRequest = z.strictObject({
  messages: z.array(z.unknown()).min(1).max(limits.batchMessages),
});
export type BatchRequest = z.infer<typeof batchRequest>;
