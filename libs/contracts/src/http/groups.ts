/** Groups and their members. */
import { z } from 'zod';
import { userId } from '../ids.js';
import { limits } from '../limits.js';

export const putGroupRequest = z.strictObject({
  retention: z
    .strictObject({
      messages: z.number().int().min(1).max(limits.retentionMessages).optional(),
      seconds: z.number().int().min(1).max(limits.ttlSeconds).optional(),
    })
    .optional(),
});
export type PutGroupRequest = z.infer<typeof putGroupRequest>;

const users = z.array(userId).max(limits.membersPerRequest);

export const membersRequest = z
  .strictObject({ add: users.optional(), remove: users.optional() })
  .refine((body) => (body.add?.length ?? 0) + (body.remove?.length ?? 0) > 0, {
    error: 'name at least one user in add or remove',
  })
  .refine((body) => (body.add?.length ?? 0) + (body.remove?.length ?? 0) <= limits.membersPerRequest, {
    error: `at most ${limits.membersPerRequest} users in one request`,
  });
export type MembersRequest = z.infer<typeof membersRequest>;

export interface GroupView {
  readonly id: string;
  /** ms */
  readonly createdAt: number;
  readonly members: number;
  /** Messages sent to it so far. */
  readonly head: number;
  readonly retention: { readonly messages?: number; readonly seconds?: number };
}

export interface Member {
  readonly user: string;
  /** ms */
  readonly joinedAt: number;
}
export interface MemberPage {
  readonly total: number;
  readonly members: readonly Member[];
  readonly cursor: string | null;
}
