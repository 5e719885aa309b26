export { Groups, type GroupView, type Member, type MemberPage } from './groups.js';
export { Memberships, type MembershipChange } from './memberships.js';
