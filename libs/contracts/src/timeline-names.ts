/** Names of timelines as clients see them: `user:<id>`, `group:<id>` and `all`. */
import { z } from 'zod';
import { groupId, userId } from './ids.js';

export type TimelineKind = 'user' | 'group' | 'all';

export interface TimelineName {
  readonly kind: TimelineKind;
  /** The user's or group's id; empty for `all`. */
  readonly id: string;
}

export const userTimeline = (user: string): string => `user:${user}`;
export const groupTimeline = (group: string): string => `group:${group}`;
export const ALL_TIMELINE = 'all';

/** The parts of a timeline's name, or undefined where the text names none. */
export function parseTimeline(name: string): TimelineName | undefined {
  if (name === ALL_TIMELINE) return { kind: 'all', id: '' };
  const colon = name.indexOf(':');
  if (colon < 0) return undefined;
  const kind = name.slice(0, colon);
  const id = name.slice(colon + 1);
  if (kind === 'user' && userId.safeParse(id).success) return { kind, id };
  if (kind === 'group' && groupId.safeParse(id).success) return { kind, id };
  return undefined;
}

export const timelineName = z.string().refine((name) => parseTimeline(name) !== undefined, {
  error: 'a timeline is named user:<id>, group:<id> or all',
});
