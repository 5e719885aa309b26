/** Pages of a user's groups. They are few (256 at most) and come in one reply, so pages are cut here. */
import { limits, type PageQuery, Problem } from '@fanfare/contracts';

export interface GroupOfUser {
  readonly group: string;
  /** ms */
  readonly joinedAt: number;
}

export interface GroupsPage {
  readonly groups: readonly GroupOfUser[];
  readonly cursor: string | null;
}

/** @throws Problem invalid for a cursor that no page answered */
export function pageOfGroups(
  all: readonly GroupOfUser[],
  { cursor, limit = limits.pageDefault }: PageQuery,
): GroupsPage {
  const after = cursor === undefined ? undefined : decode(cursor);
  const sorted = all.toSorted(byJoining);
  const rest = after === undefined ? sorted : sorted.filter((one) => byJoining(one, after) > 0);
  const groups = rest.slice(0, limit);
  const last = groups.at(-1);
  return { groups, cursor: last && rest.length > limit ? encode(last) : null };
}

/** The id decides between groups joined at the same time, so that the order is the same on every page. */
function byJoining(a: GroupOfUser, b: GroupOfUser): number {
  return a.joinedAt - b.joinedAt || (a.group < b.group ? -1 : a.group > b.group ? 1 : 0);
}

function encode({ group, joinedAt }: GroupOfUser): string {
  return Buffer.from(`${joinedAt} ${group}`).toString('base64url');
}

function decode(cursor: string): GroupOfUser {
  const [, joinedAt, group] = /^(\d{1,16}) (.+)$/s.exec(Buffer.from(cursor, 'base64url').toString()) ?? [];
  if (joinedAt !== undefined && group !== undefined) return { group, joinedAt: Number(joinedAt) };
  const errors = [{ pointer: '/cursor', detail: 'in the query: is not a cursor that a page answered' }];
  throw new Problem('invalid', 'the cursor is not one that a page answered', { errors });
}
