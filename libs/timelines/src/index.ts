export { Publisher } from './publisher.js';
export type { Retention } from './retention.js';
export { ReadCursors } from './read-cursors.js';
export { Inbox } from './inbox.js';
export { findAllShare, type AllShare } from './all-share.js';
export { groupEntries, timelineKeysOf, type GroupEntry } from './cursors.js';
export { messageBytes, priorityOf, storedAt } from './entry.js';
export { untilSwept } from './swept.js';
