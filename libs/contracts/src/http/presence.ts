/** Who is online. */
import { z } from 'zod';
import { userId } from '../ids.js';
import { limits } from '../limits.js';

export const presenceQuery = z.strictObject({ users: z.array(userId).min(1).max(limits.presenceQuery) });
export type PresenceQuery = z.infer<typeof presenceQuery>;

/** The same, asked with a user's token. */
export const fellowsQuery = z.strictObject({ users: z.array(userId).min(1).max(limits.fellowsQuery) });
export type FellowsQuery = z.infer<typeof fellowsQuery>;

export interface UserPresence {
  readonly online: boolean;
  /** Online since, ms. */
  readonly since?: number;
  /** Last opened or closed a session, ms. */
  readonly lastSeen?: number;
  /** Open sessions. */
  readonly devices: number;
}

export interface OnlineUser {
  readonly id: string;
  /** ms */
  readonly since: number;
}
export interface OnlinePage {
  readonly total: number;
  readonly users: readonly OnlineUser[];
  readonly cursor: string | null;
}
