// The client protocol as far as tests look at it, written from the contract and not from the code under test.
import type { DeliveredMessage, InboxPage } from '../http/answers.js';

export interface Position {
  readonly offset: number;
  readonly epoch: string;
}

export interface TimelineState {
  readonly timeline: string;
  readonly epoch: string;
  readonly head: number;
  readonly read: number;
  readonly unread: number;
  /** The offset regarded as settled: what comes next lies beyond it. */
  readonly from: number;
}

export interface MessageData {
  readonly timeline: string;
  readonly offset?: number;
  readonly epoch?: string;
  readonly message: DeliveredMessage;
}

/** Server → client. */
export interface ServerEvents {
  readonly connected: {
    readonly session: string;
    readonly user: string;
    readonly device?: string;
    readonly pingSeconds: number;
    readonly unread: number;
    readonly timelines: readonly TimelineState[];
  };
  readonly message: MessageData;
  readonly synced: Record<string, never>;
  readonly reset: {
    readonly timeline: string;
    readonly epoch: string;
    readonly from: number;
    readonly reason: 'trimmed' | 'expired' | 'rolled_back' | 'too_many';
  };
  readonly read: { readonly timeline: string; readonly read: number; readonly unread: number };
  readonly retract: { readonly timeline: string; readonly offset: number };
  readonly membership: { readonly group: string; readonly state: 'joined' | 'left'; readonly timeline?: string };
  readonly inbox: InboxPage;
  readonly reconnect: { readonly afterMs: number };
  readonly ping: Record<string, never>;
  readonly error: { readonly code: string; readonly message: string };
}

export type EventName = keyof ServerEvents;

export interface Frame<Name extends EventName = EventName> {
  readonly event: Name;
  readonly data: ServerEvents[Name];
  readonly ref?: string | number;
  /** When it arrived, on the clock of `performance.now()`. */
  readonly receivedAt: number;
}

export interface Closed {
  readonly code: number;
  readonly reason: string;
}
