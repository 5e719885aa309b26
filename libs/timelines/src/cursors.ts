/** A user's read cursors as they are stored, and the parts of a group's entry in the user's index. */
import { ALL_TIMELINE, groupTimeline, parseTimeline, userTimeline } from '@fanfare/contracts';
import type { Keyspace, TimelineKeys } from '@fanfare/redis-scripts';

/** One timeline that the user may read. */
export interface Cursor {
  readonly timeline: string;
  readonly keys: TimelineKeys;
  /** The read cursor as it is stored: "offset epoch", or '' where nothing was read. */
  readonly read: string;
  /** Where the user's share begins: "offset epoch", or '' for all of it. */
  readonly floor: string;
  /** Offsets read individually as they are stored, "offset@epoch", separated by commas. */
  readonly seen: string;
}

/**
 * "version joinOffset joinEpoch readOffset readEpoch seen" of a group the user is in; `=` for a second epoch that is the
 * same as the first.
 */
export interface GroupEntry {
  readonly group: string;
  readonly version: number;
  readonly join: string;
  readonly read: string;
  readonly hasSeen: boolean;
}

/** @param fields group and entry in turn, as HGETALL answers */
export function groupEntries(fields: readonly string[]): GroupEntry[] {
  const entries: GroupEntry[] = [];
  for (let index = 0; index + 1 < fields.length; index += 2) {
    const parts = (fields[index + 1] ?? '').split(' ');
    const [version = '', joinOffset, joinEpoch, readOffset, readEpoch, seen] = parts;
    if (parts.length !== 6 || version.startsWith('-')) continue;
    entries.push({
      group: fields[index] ?? '',
      version: Number(version),
      join: `${joinOffset} ${joinEpoch}`,
      read: `${readOffset} ${readEpoch === '=' ? joinEpoch : readEpoch}`,
      hasSeen: seen === '1',
    });
  }
  return entries;
}

/** Keys of a timeline by its name; undefined where the text names none. */
export function timelineKeysOf(keys: Keyspace, name: string): TimelineKeys | undefined {
  const parsed = parseTimeline(name);
  if (!parsed) return undefined;
  if (parsed.kind === 'all') return keys.all;
  return parsed.kind === 'user' ? keys.user(parsed.id) : keys.group(parsed.id);
}

export function ownCursor(keys: Keyspace, user: string, read: string, seen: readonly string[]): Cursor {
  return { timeline: userTimeline(user), keys: keys.user(user), read, floor: '', seen: seen.join(',') };
}

export function allCursor(keys: Keyspace, read: string, floor: string, seen: readonly string[]): Cursor {
  return { timeline: ALL_TIMELINE, keys: keys.all, read, floor, seen: seen.join(',') };
}

export function groupCursor(keys: Keyspace, entry: GroupEntry, seen: string): Cursor {
  return {
    timeline: groupTimeline(entry.group),
    keys: keys.group(entry.group),
    read: entry.read,
    floor: entry.join,
    seen,
  };
}
