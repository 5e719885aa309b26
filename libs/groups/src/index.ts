export { type DeletionEvents, Deletions } from './deletions.js';
export { Erasures } from './erasures.js';
export { Fellows } from './fellows.js';
export { GroupPresence, type GroupPresencePage } from './group-presence.js';
export { Groups } from './groups.js';
export { Intents } from './intents.js';
export { Memberships, type MembershipChange } from './memberships.js';
export { PendingChanges } from './pending-changes.js';
export { versionOf } from './version.js';
