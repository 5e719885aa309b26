export { Fanfare } from './fanfare.js';
export type { FanfareOptions } from './fanfare-options.js';
export { FanfareError, type FanfareErrorCode } from './fanfare-error.js';
export type { RetryOptions } from './connection/backoff.js';
export type {
  FanfareEvent,
  FanfareEvents,
  FanfareMessage,
  Listener,
  Membership,
  ReadMoved,
  Reset,
  Retract,
  Status,
  StatusChange,
  Unread,
} from './events/events.js';
export type { Content, Position, PositionMap, Priority } from './frames.js';
export type { Inbox, InboxEntry, InboxPage, InboxQuery, ReadResult, ReadTarget } from './inbox/inbox.js';
export { memoryStorage, type PositionStorage } from './positions/position-storage.js';
export type { SocketEvent, WebSocketConstructor, WebSocketLike } from './surroundings.js';
export type { TokenFunction } from './tokens/token-source.js';
export type { Topic } from './topics/topic.js';
