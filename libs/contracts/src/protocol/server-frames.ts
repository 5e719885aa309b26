/** What the gateway sends. Clients ignore events and fields that they do not know. */
import type { InboxPage } from '../http/users.js';

export type ResetReason = 'trimmed' | 'expired' | 'rolled_back' | 'too_many';

/** State of one timeline as `connected` tells it; `from` is the offset regarded as settled. */
export interface TimelineStatus {
  readonly timeline: string;
  readonly epoch: string;
  readonly head: number;
  readonly read: number;
  readonly unread: number;
  readonly from: number;
}

/** Where a read cursor is now, and what is left unread behind it. */
export interface ReadStatus {
  readonly timeline: string;
  readonly read: number;
  readonly unread: number;
}

/** The answer to `read` with `everything`. */
export interface EverythingRead {
  /** Left in all timelines: what came meanwhile. */
  readonly unread: number;
  readonly timelines: readonly ReadStatus[];
}

export interface ServerFrames {
  connected: {
    session: string;
    user: string;
    device?: string;
    pingSeconds: number;
    unread: number;
    timelines: TimelineStatus[];
  };
  synced: Record<string, never>;
  reset: { timeline: string; epoch: string; from: number; reason: ResetReason };
  read: ReadStatus;
  inbox: InboxPage;
  retract: { timeline: string; offset: number };
  membership: { group: string; state: 'joined' | 'left'; timeline?: string };
  reconnect: { afterMs: number };
  ping: Record<string, never>;
  error: { code: string; message: string };
}
export type ServerEvent = keyof ServerFrames;
