// The messages as a list of buttons, one of which is in the order of Tab: up, down, Home and End move to the others, Enter
// and Space choose.
import { type KeyboardEvent, type ReactNode, useState } from 'react';
import type { InboxEntry } from '@fanfare/client';
import { keyOf } from '../inbox/entry.js';
import type { InboxLabels } from './labels.js';

interface MessageListProps {
  readonly messages: readonly InboxEntry[];
  readonly labels: InboxLabels;
  readonly renderMessage: (entry: InboxEntry) => ReactNode;
  readonly onChoose: (entry: InboxEntry) => void;
}

export function MessageList({ messages, labels, renderMessage, onChoose }: MessageListProps): ReactNode {
  const [chosen, setChosen] = useState('');
  const isThere = messages.some((entry) => keyOf(entry) === chosen);
  return (
    <ul className="fanfare-list" aria-label={labels.title} onKeyDown={moveFocus}>
      {messages.map((entry, index) => (
        <li key={keyOf(entry)} className="fanfare-row" data-read={entry.read}>
          <button
            type="button"
            className="fanfare-message"
            tabIndex={(isThere ? keyOf(entry) === chosen : index === 0) ? 0 : -1}
            onFocus={() => setChosen(keyOf(entry))}
            onClick={() => onChoose(entry)}
          >
            <span className="fanfare-mark" aria-hidden="true" />
            {!entry.read && <span className="fanfare-unseen">{labels.unread}: </span>}
            <span className="fanfare-content">{renderMessage(entry)}</span>
            <time className="fanfare-when" dateTime={new Date(entry.message.at).toISOString()}>
              {labels.when(entry.message.at)}
            </time>
          </button>
        </li>
      ))}
    </ul>
  );
}

/** @returns the row to go to, or undefined for another key */
function target(key: string, current: number, last: number): number | undefined {
  if (key === 'ArrowDown') return Math.min(current + 1, last);
  if (key === 'ArrowUp') return Math.max(current - 1, 0);
  if (key === 'Home') return 0;
  if (key === 'End') return last;
  return undefined;
}

export function moveFocus(event: KeyboardEvent<HTMLElement>): void {
  const rows = [...event.currentTarget.querySelectorAll<HTMLElement>('.fanfare-message')];
  const current = rows.findIndex((row) => row === document.activeElement);
  const next = target(event.key, current, rows.length - 1);
  if (next === undefined) return;
  event.preventDefault();
  event.stopPropagation();
  rows[next]?.focus();
}
