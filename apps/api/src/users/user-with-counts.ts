/** What `GET /v1/users/:id` answers. */
import { parseTimeline, type UnreadAnswer } from '@fanfare/contracts';
import type { UserView } from '@fanfare/roster';

export interface UserWithCounts extends UserView {
  readonly counts: { readonly unread: number; readonly groups: number };
}

/** @param unread has an entry for every timeline of the user, those of their groups among them */
export function withCounts(user: UserView, { total, timelines }: UnreadAnswer): UserWithCounts {
  const groups = Object.keys(timelines).filter((name) => parseTimeline(name)?.kind === 'group').length;
  return { ...user, counts: { unread: total, groups } };
}
