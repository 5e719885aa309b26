/**
 * Groups of up to a million members. Those who may be online join as anybody does; the others are entered on the group's
 * side alone, the one that decides who is a member: theirs would be a hash each, and no publication looks at it.
 */
import { Memberships } from '@fanfare/groups';
import { groupJoin } from '@fanfare/redis-scripts';
import type { InProcess } from './in-process.js';

const IN_FULL = 15_000;
const JOIN_AT_ONCE = 5000;
const [USERS_PER_CALL, CALLS_AT_ONCE] = [128, 64];
const MAX_MEMBERS = 5_000_000;
/** Of a version, which counts like this: no real joining comes after those of the future. */
const VERSIONS_PER_MS = 2048;

export async function makeGroup(
  own: InProcess,
  group: string,
  members: number,
  userName: (index: number) => string,
): Promise<void> {
  const names = (start: number, end: number): string[] =>
    Array.from({ length: end - start }, (_, index) => userName(start + index));
  const memberships = new Memberships(own.scripts, own.keys);
  const inFull = Math.min(members, IN_FULL);
  for (let start = 0; start < inFull; start += JOIN_AT_ONCE) {
    await memberships.join(group, names(start, Math.min(inFull, start + JOIN_AT_ONCE)));
  }
  const version = Date.now() * VERSIONS_PER_MS;
  for (let start = inFull; start < members; start += USERS_PER_CALL * CALLS_AT_ONCE) {
    const calls: Promise<unknown>[] = [];
    for (let call = 0; call < CALLS_AT_ONCE; call += 1) {
      const [from, to] = [start + call * USERS_PER_CALL, start + (call + 1) * USERS_PER_CALL];
      if (from < members) calls.push(enter(own, group, version, names(from, Math.min(members, to))));
    }
    await Promise.all(calls);
  }
}

async function enter(
  { scripts, keys }: InProcess,
  group: string,
  version: number,
  users: readonly string[],
): Promise<void> {
  const side = keys.group(group);
  const { home, state } = side;
  const sets = { members: keys.groupMembers(side), left: keys.groupLeft(side), removed: keys.groupRemoved(side) };
  const args = { version, maxMembers: MAX_MEMBERS, oldest: 0 };
  const items = users.map((user) => ({ user }));
  const reply = await groupJoin(scripts, { part: home.part, state, ...sets }, args, items);
  if (reply.status !== 'OK' || reply.added !== users.length) throw new Error(`${group} did not take its members`);
}
