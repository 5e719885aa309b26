/** What the API answers about users, where contracts has no schema of it. */
import type {
  AttributeValue,
  DeliveredMessage,
  InboxMessage,
  InboxPage as AnyInboxPage,
  UserPresence,
} from '@fanfare/contracts';
import type { PageOptions } from '../calls/pages.js';

export interface User {
  readonly id: string;
  /** ms */
  readonly createdAt: number;
  readonly attributes: Readonly<Record<string, AttributeValue>>;
  readonly presence: UserPresence;
  readonly counts: { readonly unread: number; readonly groups: number };
}

export interface KnownUser {
  readonly id: string;
  /** ms */
  readonly knownSince: number;
}
export interface UserPage {
  readonly users: readonly KnownUser[];
  readonly cursor: string | null;
}

export interface Session {
  readonly id: string;
  /** The gateway that holds it. */
  readonly node: string;
  /** ms */
  readonly since: number;
  readonly device?: string;
}
export interface SessionPage {
  readonly sessions: readonly Session[];
  readonly cursor: string | null;
}

export interface GroupOfUser {
  readonly group: string;
  /** ms */
  readonly joinedAt: number;
}
export interface GroupsOfUserPage {
  readonly groups: readonly GroupOfUser[];
  readonly cursor: string | null;
}

export interface InboxEntry extends InboxMessage {
  readonly message: DeliveredMessage;
}
export interface InboxPage extends AnyInboxPage {
  readonly messages: readonly InboxEntry[];
}

export interface InboxOptions extends PageOptions {
  /** The user's own by default; `group:<id>`, `all`, or `*` for all merged, newest first. */
  readonly timeline?: string;
  /** Oldest first, beyond this offset. */
  readonly after?: number;
  /** Newest first, below this offset. */
  readonly before?: number;
  /** Only what was not read. */
  readonly unread?: boolean;
}
