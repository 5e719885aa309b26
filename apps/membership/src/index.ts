/**
 * The membership service: changes who is in a group, on both sides, and completes what a process began and did not live
 * to end. Any number of replicas may run; a change is made once, by one of them. Its commands and queries are in
 * `contracts` (`membership.join.v1`, …).
 */
export { MembershipModule } from './membership.module.js';
export { startMembership } from './start.js';
