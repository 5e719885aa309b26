/** What the membership service answers: commands that change memberships, and queries about them. */
import { z } from 'zod';
import { pageQuery } from '../http/users.js';
import { groupId, userId } from '../ids.js';
import { limits } from '../limits.js';
import { rpcContract } from './contract.js';

const users = z.array(userId).min(1).max(limits.membersPerRequest);
const count = z.number().int().min(0);

/** Answered when both sides are changed. Refused with `conflict` where the group or a user's number of groups is full. */
export const membershipJoin = rpcContract(
  'membership.join.v1',
  z.object({ group: groupId, users }),
  z.object({ added: count }),
);

/** When it is answered, nothing accepted later reaches those who left. */
export const membershipLeave = rpcContract(
  'membership.leave.v1',
  z.object({ group: groupId, users }),
  z.object({ removed: count }),
);

/** First those of `add` join, then those of `remove` leave. */
export const membershipChange = rpcContract(
  'membership.change.v1',
  z.object({
    group: groupId,
    add: z.array(userId).max(limits.membersPerRequest),
    remove: z.array(userId).max(limits.membersPerRequest),
  }),
  z.object({ added: count, removed: count }),
);

/**
 * Deletes a group: when it is answered it is unknown, and nothing accepted later reaches who was a member. `done` says
 * whether its members are undone on their side too; of a large group that goes on, and until then the group can't be made
 * again (`conflict`).
 */
export const membershipDelete = rpcContract(
  'membership.delete.v1',
  z.object({ group: groupId }),
  z.object({ done: z.boolean() }),
);

/** Erases everything kept of a user, and closes their sessions. */
export const membershipErase = rpcContract('membership.erase.v1', z.object({ user: userId }), z.object({}));

/** A page of members in the order of joining; refused with `group_unknown`. */
export const membershipMembers = rpcContract(
  'membership.members.v1',
  z.object({ group: groupId, cursor: pageQuery.shape.cursor, limit: z.number().int().min(1).max(1000).optional() }),
  z.object({
    total: count,
    members: z.array(z.object({ user: userId, joinedAt: z.number() })),
    cursor: z.string().nullable(),
  }),
);

/** The groups of a user, none for an unknown one. */
export const membershipGroups = rpcContract(
  'membership.groups.v1',
  z.object({ user: userId }),
  z.object({ groups: z.array(z.object({ group: groupId, joinedAt: z.number() })) }),
);
