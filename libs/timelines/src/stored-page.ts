/**
 * An inbox page as it was found, and its two forms: objects for whoever works with the messages, and JSON for whoever
 * sends them on. The JSON takes each message as it is stored, so that nothing is parsed and written again.
 */
import type { InboxMessage, InboxPage } from '@fanfare/contracts';
import { messageBytes, messageLatin1 } from './entry.js';
import type { FoundEntry, SourcePage } from './inbox-source.js';

export interface StoredMessage extends FoundEntry {
  readonly source: SourcePage;
}

export interface StoredPage {
  readonly messages: readonly StoredMessage[];
  readonly cursor: string | null;
}

export const NOTHING: StoredPage = { messages: [], cursor: null };

export function storedMessages(source: SourcePage): StoredMessage[] {
  return source.found.map(({ offset, entry }) => ({ source, offset, entry }));
}

export function pageObject({ messages, cursor }: StoredPage): InboxPage {
  return { messages: messages.map(inboxMessage), cursor };
}

function inboxMessage({ source, offset, entry }: StoredMessage): InboxMessage {
  const message: unknown = JSON.parse(messageBytes(entry).toString());
  return { timeline: source.timeline, offset, epoch: source.epoch, read: isRead(source, offset), message };
}

/**
 * What JSON.stringify would make of the object, as bytes.
 *
 * Put together as text of which each character stands for one byte (latin1): for 20 messages that takes a seventh of
 * parsing and stringifying, and less than copying them into a buffer one by one.
 */
export function pageJson({ messages, cursor }: StoredPage): Buffer {
  let text = '{"messages":[';
  let source: SourcePage | undefined;
  let [before, after] = ['', ''];
  let separator = '';
  for (const { source: from, offset, entry } of messages) {
    if (from !== source) {
      source = from;
      before = `{"timeline":${asLatin1(JSON.stringify(from.timeline))},"offset":`;
      after = `,"epoch":"${from.epoch}","read":`;
    }
    text += `${separator}${before}${offset}${after}${isRead(from, offset)},"message":${messageLatin1(entry)}}`;
    separator = ',';
  }
  return Buffer.from(`${text}],"cursor":${cursor === null ? 'null' : `"${cursor}"`}}`, 'latin1');
}

/** The UTF-8 of a text, a character for each byte. */
function asLatin1(text: string): string {
  return Buffer.from(text).toString('latin1');
}

function isRead({ read, seen }: SourcePage, offset: number): boolean {
  return offset <= read || seen.has(offset);
}
