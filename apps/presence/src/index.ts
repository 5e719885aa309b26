/**
 * The presence service: evicts gateways that died and takes users offline when their grace is over. Any number of
 * replicas may run; what two of them do at once is done once.
 */
export { PresenceModule } from './presence.module.js';
export { startPresence } from './start.js';
