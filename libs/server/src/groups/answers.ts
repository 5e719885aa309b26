/** What the API answers about groups, where contracts has no schema of it. */
import type { OnlineUser } from '@fanfare/contracts';

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
