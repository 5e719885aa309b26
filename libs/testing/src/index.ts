// What tests and benchmarks stand on: a throwaway Redis, services as processes, and clients that hide nothing.
export { holds, until, withDeadline, defaultDeadlineMs, type UntilOptions } from './until.js';
export { freePort, type FreePortOptions } from './processes/free-port.js';
export { GuardedProcess, type Exit, type ProcessOptions } from './processes/guarded-process.js';
export { workspaceRoot } from './processes/workspace.js';
export { startRedis, type ThrowawayRedis, type RedisOptions } from './redis/throwaway-redis.js';
export { findRedisBinary, type RedisBinary } from './redis/redis-binary.js';
export { FaultProxy } from './faults/fault-proxy.js';
export { ReplicatedRedis, type Member, type ReplicatedRedisOptions } from './redis/replicated-redis.js';
export type { AppendOnly, RedisServer } from './redis/redis-server.js';
export { portSetting, startService, type Service, type ServiceName, type ServiceOptions } from './services/service.js';
export {
  startFanfare,
  newCredentials,
  allowedOrigin,
  type Credentials,
  type Fanfare,
  type FanfareOptions,
  type Replicas,
} from './services/fanfare.js';
export { ApiClient, type CallOptions, type PublishBody, type Query, type ReadBody } from './http/api-client.js';
export type {
  Accepted,
  Answer,
  BatchResult,
  DeadLettersPage,
  DeliveredMessage,
  GroupsPage,
  InboxEntry,
  InboxPage,
  Job,
  JobsPage,
  MembersPage,
  OnlinePage,
  Problem,
  Token,
  Unread,
  UserPresence,
} from './http/answers.js';
export { signToken, type TokenParts } from './http/sign-token.js';
export { ProtocolClient, subprotocol, type ConnectOptions, type OpenOptions } from './protocol/protocol-client.js';
export type {
  Closed,
  EventName,
  Frame,
  MessageData,
  Position,
  ServerEvents,
  TimelineState,
} from './protocol/frames.js';
export { History } from './history/history.js';
export type { DeviceHistory } from './history/device-history.js';
export { recordFrame, type KeyOf } from './history/record-frame.js';
export type { AcceptedMessage, Audience, Delivery, Sent, Span, Violation, ViolationKind } from './history/records.js';
export type { UnreadCounts } from './history/unread-model.js';
export type { Verdict, VerdictOptions } from './history/verdict.js';
/** For clients that take the WebSocket they use, and for peers of such clients. */
export { WebSocket, WebSocketServer } from 'ws';
