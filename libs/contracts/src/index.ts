export { limits } from './limits.js';
export { appId, deviceId, groupId, idempotencyKey, messageType, userId } from './ids.js';
export {
  ALL_TIMELINE,
  groupTimeline,
  parseTimeline,
  timelineName,
  userTimeline,
  type TimelineKind,
  type TimelineName,
} from './timeline-names.js';
export { PRIORITIES, priority, type Priority } from './priorities.js';
export { Problem, problemStatus, type ProblemCode, type ProblemDetail, type ProblemDocument } from './problems.js';
export {
  audience,
  batchRequest,
  directAudience,
  dryRunAnswer,
  isFiltered,
  publishAnswer,
  publishLogQuery,
  publishRecord,
  publishRequest,
  retractQuery,
  type Audience,
  type BatchRequest,
  type DirectAudience,
  type DirectRequest,
  type DryRunAnswer,
  type FilteredAudience,
  type PublishAnswer,
  type PublishLogPage,
  type PublishLogQuery,
  type PublishRecord,
  type PublishRequest,
  type RetractQuery,
} from './http/messages.js';
export { ANY, where, type Comparison, type Where } from './http/where.js';
export type { AttributeValue } from './http/attributes.js';
export {
  jobId,
  jobsQuery,
  jobState,
  jobView,
  type DeadLetterPage,
  type JobPage,
  type JobsQuery,
  type JobState,
  type JobView,
} from './http/jobs.js';
export {
  disconnectQuery,
  inboxQuery,
  pageQuery,
  putUserRequest,
  readRequest,
  usersQuery,
  type DisconnectQuery,
  type DeliveredMessage,
  type InboxMessage,
  type InboxPage,
  type InboxQuery,
  type PageQuery,
  type PutUserRequest,
  type ReadAnswer,
  type ReadRequest,
  type UnreadAnswer,
  type UsersQuery,
} from './http/users.js';
export {
  membersRequest,
  putGroupRequest,
  type GroupView,
  type Member,
  type MemberPage,
  type MembersRequest,
  type PutGroupRequest,
} from './http/groups.js';
export {
  CONSOLE_USER,
  goneNode,
  nodeReport,
  nodesAnswer,
  NODES_MESSAGE,
  nodeView,
  primaryView,
  reportedNode,
  scriptsAnswer,
  STATS_MESSAGE,
  statsAnswer,
  type GoneNode,
  type NodeReport,
  type NodesAnswer,
  type NodeView,
  type PrimaryView,
  type ReportedNode,
  type ScriptsAnswer,
  type ScriptView,
  type StatsAnswer,
} from './http/operator.js';
export {
  fellowsQuery,
  presenceQuery,
  type FellowsQuery,
  type OnlinePage,
  type OnlineUser,
  type PresenceQuery,
  type UserPresence,
} from './http/presence.js';
export { tokenRequest, type TokenAnswer, type TokenRequest } from './http/tokens.js';
export { closeCodes, type CloseCode } from './protocol/close-codes.js';
export {
  ackData,
  CONNECT_PATH,
  connectData,
  frame,
  inboxData,
  position,
  readData,
  SUBPROTOCOL,
  type AckData,
  type ConnectData,
  type Frame,
  type InboxData,
  type Position,
  type ReadData,
  type Ref,
} from './protocol/client-frames.js';
export type {
  EverythingRead,
  ReadStatus,
  ResetReason,
  ServerEvent,
  ServerFrames,
  TimelineStatus,
} from './protocol/server-frames.js';
export { rpcContract, type EventContract, type RpcContract } from './rpc/contract.js';
export {
  membershipChange,
  membershipDelete,
  membershipErase,
  membershipGroups,
  membershipJoin,
  membershipLeave,
  membershipMembers,
} from './rpc/membership.js';
export {
  jobProgress,
  membershipChanged,
  messageDeadLettered,
  userOffline,
  userOnline,
  type DeadLetterEvent,
  type JobProgressEvent,
  type MembershipEvent,
  type PresenceEvent,
} from './rpc/events.js';
