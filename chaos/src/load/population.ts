// Who there is: users with two devices each, groups of half of them, and a few who come and go in a group of their own.
import { signToken } from '@fanfare/testing';

const USERS = 40;
const GROUPS = 4;
const HOPPERS = 4;
const TOKEN_SECONDS = 24 * 3600;

export interface Population {
  readonly users: readonly string[];
  /** Members that stay, by group. */
  readonly groups: ReadonlyMap<string, readonly string[]>;
  /** They join this group and leave it, again and again. */
  readonly hoppers: readonly string[];
  readonly hopGroup: string;
}

export const deviceNames = ['phone', 'laptop'] as const;

export function population(run: string): Population {
  const users = Array.from({ length: USERS }, (_, index) => `${run}-user-${index}`);
  const groups = new Map(
    Array.from({ length: GROUPS }, (_, group) => [
      `${run}-group-${group}`,
      users.filter((_, index) => (index + group) % 2 === 0 || index % GROUPS === group),
    ]),
  );
  const hoppers = users.slice(0, HOPPERS);
  return { users, groups, hoppers, hopGroup: `${run}-hop` };
}

export function tokenOf(user: string, secret: string): string {
  const exp = Math.floor(Date.now() / 1000) + TOKEN_SECONDS;
  return signToken({ claims: { sub: user, app: 'default', exp }, secret });
}
