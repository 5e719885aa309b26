// Lists of inbox entries, newest first, each place of a timeline once. Lists are never changed, only made anew, so that
// React sees by identity what is new; what changes nothing gives back the same list.
import type { FanfareMessage, InboxEntry } from '@fanfare/client';

export type Entries = readonly InboxEntry[];

/** A place in a timeline; after a rollback the same place may hold another message, which then takes it. */
export function keyOf({ timeline, offset }: Pick<InboxEntry, 'timeline' | 'offset'>): string {
  return `${offset} ${timeline}`;
}

/** @returns undefined for an ephemeral message: it has no place, and no inbox keeps it */
export function entryOf(live: FanfareMessage, user: string | undefined): InboxEntry | undefined {
  const { timeline, offset, epoch, id, type, priority, at, expiresAt, from, payload } = live;
  if (offset === undefined || epoch === undefined) return undefined;
  const message = { id, type, priority, at, payload, ...(expiresAt && { expiresAt }), ...(from && { from }) };
  // One's own message does not count as unread.
  return { timeline, offset, epoch, read: from !== undefined && from === user, message };
}

/** Adds what is new and takes over what is known of the rest. Reading is never undone by an older answer. */
export function merge(entries: Entries, more: Entries): Entries {
  if (more.length === 0) return entries;
  const byKey = new Map(entries.map((entry) => [keyOf(entry), entry]));
  for (const entry of more) byKey.set(keyOf(entry), merged(byKey.get(keyOf(entry)), entry));
  return [...byKey.values()].sort(newestFirst);
}

export function markRead(entries: Entries, isRead: (entry: InboxEntry) => boolean): Entries {
  return changed(entries, (entry) => !entry.read && isRead(entry), true);
}

/** For a reading that the server refused. */
export function markUnread(entries: Entries, isUnread: (entry: InboxEntry) => boolean): Entries {
  return changed(entries, (entry) => entry.read && isUnread(entry), false);
}

export function without(entries: Entries, isGone: (entry: InboxEntry) => boolean): Entries {
  return entries.some(isGone) ? entries.filter((entry) => !isGone(entry)) : entries;
}

function changed(entries: Entries, matches: (entry: InboxEntry) => boolean, read: boolean): Entries {
  if (!entries.some(matches)) return entries;
  return entries.map((entry) => (matches(entry) ? { ...entry, read } : entry));
}

function merged(known: InboxEntry | undefined, entry: InboxEntry): InboxEntry {
  if (known?.epoch !== entry.epoch || !known.read || entry.read) return entry;
  return { ...entry, read: true };
}

function newestFirst(a: InboxEntry, b: InboxEntry): number {
  if (a.message.at !== b.message.at) return b.message.at - a.message.at;
  if (a.timeline !== b.timeline) return a.timeline < b.timeline ? -1 : 1;
  return b.offset - a.offset;
}
