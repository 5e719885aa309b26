import type { FanfareError } from '../fanfare-error.js';
import type { Content, Position } from '../frames.js';

/** `closed` is the end unless `connect()` is called again, which is refused after `close()`. */
export type Status = 'idle' | 'connecting' | 'catching-up' | 'live' | 'waiting' | 'closed';

export interface StatusChange {
  readonly status: Status;
  /** While `waiting`, where a time is set: with it the next attempt begins. */
  readonly retryInMs?: number;
  readonly reason?: string;
}

/** A message. Without `offset` and `epoch` it is ephemeral: nothing keeps it. */
export interface FanfareMessage extends Content, Partial<Position> {
  readonly timeline: string;
  /** It was missed and is caught up on; false where it arrived live. */
  readonly replayed: boolean;
}

export interface ReadMoved {
  readonly timeline: string;
  /** Up to where it has been read. */
  readonly read: number;
  readonly unread: number;
}

export interface Reset {
  readonly timeline: string;
  readonly epoch: string;
  /** What comes next lies beyond it. */
  readonly from: number;
  /** trimmed, expired, rolled_back, too_many, and what later gateways may say. */
  readonly reason: string;
}

export interface Retract {
  readonly timeline: string;
  readonly offset: number;
}

export interface Membership {
  readonly group: string;
  readonly state: 'joined' | 'left';
  readonly timeline?: string;
}

export interface Unread {
  readonly total: number;
  readonly timelines: Readonly<Record<string, number>>;
}

/**
 * `message`, `reset`, `retract` and `membership` come one at a time, in the order of the gateway: a message's listeners are
 * waited for, so a `retract` never overtakes the message that it takes back. The others come at once.
 */
export interface FanfareEvents {
  message: FanfareMessage;
  read: ReadMoved;
  reset: Reset;
  retract: Retract;
  membership: Membership;
  unread: Unread;
  status: StatusChange;
  error: FanfareError;
}
export type FanfareEvent = keyof FanfareEvents;
/** What it returns is looked at for `message` only: a promise is waited for. */
export type Listener<E extends FanfareEvent> = (data: FanfareEvents[E]) => unknown;
