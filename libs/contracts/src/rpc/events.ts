/** Domain events that services publish, for each other and for listeners of a team's own. */
import { z } from 'zod';
import { groupId, userId } from '../ids.js';
import type { EventContract } from './contract.js';

const at = z.number().int();

const presence = z.object({
  user: userId,
  /** ms */
  at,
});
export type PresenceEvent = z.infer<typeof presence>;

/** A user's first session was opened. */
export const userOnline: EventContract<PresenceEvent> = { pattern: 'user.online', data: presence };

/** The grace after a user's last session is over. */
export const userOffline: EventContract<PresenceEvent> = { pattern: 'user.offline', data: presence };

const membership = z.object({
  group: groupId,
  state: z.enum(['joined', 'left']),
  /** Those whom the change named, 500 at most an event; some may have been, or not been, members before. */
  users: z.array(userId),
  /** ms, when the change was recorded */
  at,
});
export type MembershipEvent = z.infer<typeof membership>;

/** A change of a group's members has been carried out on both sides. */
export const membershipChanged: EventContract<MembershipEvent> = { pattern: 'membership.changed', data: membership };
