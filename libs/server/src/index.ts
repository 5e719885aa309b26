// Fanfare for backends: publish, look after users and groups, ask who is online. Over built-in fetch; nothing to close.
export { Fanfare } from './fanfare.js';
export type { FanfareOptions } from './options.js';
export { FanfareError, type FanfareErrorCode } from './fanfare-error.js';
export type { CallOptions } from './calls/caller.js';
export type { PageOptions } from './calls/pages.js';
export type { BatchResult, Message, PublishLogOptions } from './messages/messages.js';
export type {
  GroupOfUser,
  GroupsOfUserPage,
  InboxEntry,
  InboxOptions,
  InboxPage,
  KnownUser,
  Session,
  SessionPage,
  User,
  UserPage,
} from './users/answers.js';
export type { GroupPresencePage, MemberChanges, Membership } from './groups/answers.js';
export type {
  DeliveredMessage,
  GroupView as Group,
  Member,
  MemberPage,
  OnlinePage,
  OnlineUser,
} from '@fanfare/contracts';
export type { JobsOptions } from './jobs/jobs.js';
export type {
  Audience,
  JobState,
  JobView as Job,
  Priority,
  ProblemDetail,
  ProblemDocument,
  PublishAnswer,
  PublishRecord,
  ReadAnswer,
  ReadRequest,
  TokenAnswer,
  TokenRequest,
  UnreadAnswer,
  UserPresence,
  Where,
} from '@fanfare/contracts';
