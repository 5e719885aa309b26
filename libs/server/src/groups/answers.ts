/** What the API answers about groups, where contracts has no schema of it. */
import type { OnlineUser } from '../presence/presence.js';

export interface Group {
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

export interface Membership {
  readonly group: string;
  readonly user: string;
}

/** How many were changed; after a retry that may be fewer than the call did. */
export interface MemberChanges {
  readonly added: number;
  readonly removed: number;
}

export interface GroupPresencePage {
  /** Of all members. */
  readonly online: number;
  /** `online` is what gateways hold, added up: the group is large. */
  readonly approximate?: true;
  readonly users: readonly OnlineUser[];
  readonly cursor: string | null;
}
