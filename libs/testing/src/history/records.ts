// What the history checker is told and what it says. Times are readings of its own logical clock, which ticks with every
// record: who recorded first was first, and what began before another ended may have happened in either order.

/** From before it was asked for to after it was answered: it happened somewhere between. */
export interface Span {
  readonly from: number;
  readonly to: number;
}

export type Audience = { readonly timeline: string } | { readonly users: readonly string[] };

export interface Sent {
  /** Unique; the test puts it into the payload, so that a message can be told of which no answer came. */
  readonly payloadKey: string;
  readonly audience: Audience;
  /** Milliseconds since 1970. */
  readonly expiresAt?: number;
  /** The user who sent it: not unread for them. */
  readonly from?: string;
  /** Not kept: whoever is not there does not get it. */
  readonly isEphemeral?: boolean;
}

export interface AcceptedMessage extends Sent {
  readonly id: string;
  readonly offset?: number | undefined;
  readonly epoch?: string | undefined;
}

export interface Delivery {
  readonly timeline: string;
  readonly id: string;
  readonly payloadKey: string;
  /** Both missing: ephemeral. */
  readonly offset?: number | undefined;
  readonly epoch?: string | undefined;
}

export interface Reset {
  readonly timeline: string;
  readonly epoch: string;
  readonly from: number;
}

/**
 * lost: accepted, entitled, neither delivered nor expired, retracted or announced · repeated: passed on twice by the
 * client · order: offsets that do not ascend · foreign: never sent, or not for this user then · conflict: one position,
 * two messages · unread: another count than the model's
 */
export type ViolationKind = 'lost' | 'repeated' | 'order' | 'foreign' | 'conflict' | 'unread';

export interface Violation {
  readonly kind: ViolationKind;
  readonly text: string;
}

/** A message as the judge knows it. */
export interface Known extends Sent {
  /** Undefined while it is an attempt that nobody has seen. */
  id: string | undefined;
  readonly offset?: number | undefined;
  readonly epoch?: string | undefined;
  readonly isAccepted: boolean;
  readonly sent: Span;
  /** Of a list: the users, to look up. */
  readonly users: ReadonlySet<string> | undefined;
  isRetracted: boolean;
}

export function isFor(message: Known, timeline: string): boolean {
  if ('timeline' in message.audience) return message.audience.timeline === timeline;
  return timeline.startsWith('user:') && message.users?.has(timeline.slice('user:'.length)) === true;
}
