/** `POST /v1/messages` and its batch: what a backend asks to be delivered, and what it is told. */
import { z } from 'zod';
import { groupId, idempotencyKey, messageType, userId } from '../ids.js';
import { limits } from '../limits.js';
import { priority } from '../priorities.js';

export const audience = z.union(
  [
    z.strictObject({ user: userId }),
    z.strictObject({ group: groupId }),
    z.strictObject({ all: z.literal(true) }),
    z.strictObject({ online: z.literal(true) }),
  ],
  { error: 'must be {"user": id}, {"group": id}, {"all": true} or {"online": true}' },
);
export type Audience = z.infer<typeof audience>;

/** Any JSON, null included, but it must be there. */
const payload = z.unknown().refine((value) => value !== undefined, { error: 'is required (any JSON)' });

export const publishRequest = z.strictObject({
  to: audience.describe('Who receives it'),
  payload: payload.describe('Any JSON, at most 64 KiB'),
  type: messageType.optional().describe('Application-defined type, "message" by default'),
  priority: priority.optional().describe('"normal" by default'),
  ttlSeconds: z.number().int().min(1).max(limits.ttlSeconds).optional().describe('Not delivered after this'),
  ephemeral: z.boolean().optional().describe('Only to those online now; nothing is kept'),
  from: userId.optional().describe('The user who sends it; it does not count as unread for them'),
  idempotencyKey: idempotencyKey.optional().describe('The same key gives the same message once'),
  idempotencySeconds: z.number().int().min(1).max(limits.idempotencySeconds).optional().describe('3600 by default'),
});
export type PublishRequest = z.infer<typeof publishRequest>;

export const publishAnswer = z.object({
  id: z.string().describe('UUIDv7'),
  state: z.enum(['published', 'queued', 'scheduled']),
  timeline: z.string().optional(),
  offset: z.number().int().optional(),
  epoch: z.string().optional(),
  online: z.boolean().optional().describe('Whether anyone was there to receive it at once'),
  duplicate: z.literal(true).optional(),
});
export type PublishAnswer = z.infer<typeof publishAnswer>;

/** Each message is checked by itself, so that one that is wrong does not fail the others. */
export const batchRequest = z.strictObject({
  messages: z.array(z.unknown()).min(1).max(limits.batchMessages),
});
export type BatchRequest = z.infer<typeof batchRequest>;
