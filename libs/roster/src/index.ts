export { Evictor, type EvictorOptions, type Sweep } from './evictor.js';
export { NodeLease } from './node-lease.js';
export { Presence, type OnlinePage, type OnlineUser } from './presence.js';
export { parseSessions, type OpenSession } from './session-lines.js';
export { SessionRegistry, type Acknowledged, type Opened, type OpenRequest } from './session-registry.js';
export { decodeSetCursor, encodeSetCursor, setStart, type SetCursor } from './set-cursor.js';
export { Sessions, type SessionPage, type SessionView } from './sessions.js';
export { Settler } from './settler.js';
export { Users, type AttributeValue, type UserView } from './users.js';
