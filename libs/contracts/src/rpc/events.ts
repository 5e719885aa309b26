/** Domain events that services publish, for each other and for listeners of a team's own. */
import { z } from 'zod';
import { groupId, userId } from '../ids.js';
import type { EventContract } from './contract.js';

const at = z.number().int();
const count = z.number().int().min(0);

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

const progress = z.object({
  /** Also the id of its message. */
  job: z.string(),
  /** `failed`: it is among the dead letters now. */
  state: z.enum(['running', 'done', 'failed']),
  /** Users whose entry is written. */
  done: count,
  total: count,
  /** ms */
  at,
});
export type JobProgressEvent = z.infer<typeof progress>;

/** A job has come on, told about once a second while it runs, and at its end. */
export const jobProgress: EventContract<JobProgressEvent> = { pattern: 'job.progress', data: progress };

const deadLetter = z.object({
  /** What to look at, and to retry, under `/v1/dead-letters`. */
  message: z.string(),
  /** The last failure. */
  error: z.string(),
  /** ms */
  at,
});
export type DeadLetterEvent = z.infer<typeof deadLetter>;

/** A message has had all its attempts. */
export const messageDeadLettered: EventContract<DeadLetterEvent> = {
  pattern: 'message.dead-lettered',
  data: deadLetter,
};
