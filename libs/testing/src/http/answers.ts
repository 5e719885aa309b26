// What the HTTP API answers, as far as tests look at it: written down here a second time on purpose, from the contract
// and not from the code under test.

export interface Answer<Body> {
  readonly status: number;
  readonly headers: Headers;
  readonly body: Body;
}

/** RFC 9457, with Fanfare's stable code. */
export interface Problem {
  readonly type?: string;
  readonly title: string;
  readonly status: number;
  readonly code: string;
  readonly detail?: string;
  readonly errors?: readonly { readonly pointer: string; readonly detail?: string }[];
}

export interface Accepted {
  readonly id: string;
  readonly state: 'published' | 'queued' | 'scheduled';
  readonly job?: string;
  readonly timeline?: string;
  readonly offset?: number;
  readonly epoch?: string;
  readonly online?: boolean;
  readonly duplicate?: true;
  /** Of a dry run, which has nothing else. */
  readonly reach?: number;
}

export interface PublishLogPage {
  readonly messages: readonly (Accepted & { readonly at: number; readonly to: Readonly<Record<string, unknown>> })[];
  readonly cursor: string | null;
}

export interface Job {
  readonly id: string;
  readonly state: 'scheduled' | 'queued' | 'running' | 'done' | 'failed' | 'cancelled';
  readonly total: number;
  readonly done: number;
  readonly walked?: number;
  readonly message: string;
  readonly createdAt: number;
  readonly deliverAt?: number;
  readonly error?: string;
}

export interface JobsPage {
  readonly jobs: readonly Job[];
  readonly cursor: string | null;
}

export interface DeadLettersPage {
  readonly deadLetters: readonly Job[];
  readonly cursor: string | null;
}

export type BatchResult = Accepted | { readonly error: Problem };

export interface Token {
  readonly token: string;
  readonly expiresAt: number;
  readonly url: string;
}

export interface DeliveredMessage {
  readonly id: string;
  readonly type: string;
  readonly priority: 'urgent' | 'high' | 'normal' | 'bulk';
  readonly at: number;
  readonly expiresAt?: number;
  readonly from?: string;
  readonly payload: unknown;
}

export interface InboxEntry {
  readonly timeline: string;
  readonly offset: number;
  readonly epoch: string;
  readonly read: boolean;
  readonly message: DeliveredMessage;
}

export interface InboxPage {
  readonly messages: readonly InboxEntry[];
  readonly cursor?: string | null;
}

export interface Unread {
  readonly total: number;
  readonly timelines: Readonly<Record<string, number>>;
}

export interface UserPresence {
  readonly online: boolean;
  readonly since?: number;
  readonly lastSeen?: number;
  /** Open sessions. */
  readonly devices: number;
}

export interface UsersPage {
  readonly users: readonly { readonly id: string; readonly knownSince: number }[];
  readonly cursor: string | null;
}

export interface SessionsPage {
  readonly sessions: readonly {
    readonly id: string;
    readonly node: string;
    readonly since: number;
    readonly device?: string;
  }[];
  readonly cursor: string | null;
}

export interface OnlinePage {
  readonly total: number;
  readonly users: readonly { readonly id: string; readonly since: number }[];
  readonly cursor?: string | null;
}

export interface GroupPresencePage {
  readonly online: number;
  readonly approximate?: true;
  readonly users: readonly { readonly id: string; readonly since: number }[];
  readonly cursor: string | null;
}

export interface MembersPage {
  readonly members: readonly { readonly user: string; readonly joinedAt: number }[];
  readonly cursor?: string | null;
}

export interface GroupsPage {
  readonly groups: readonly { readonly group: string; readonly joinedAt: number }[];
  readonly cursor?: string | null;
}
