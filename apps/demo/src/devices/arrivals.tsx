// The messages as the handler of this device got them, newest first, each with its place in its timeline. What is unread is
// bold; a click reads it, here and on the user's other device.
import { type InboxView, useInbox } from '@fanfare/react';
import type { ReactNode } from 'react';
import type { Arrival, DeviceState } from './device.js';

export function Arrivals({ state, whose }: { readonly state: DeviceState; readonly whose: string }): ReactNode {
  const inbox = useInbox();
  if (state.arrivals.length === 0) return <p className="arrivals-empty">Nothing has arrived yet.</p>;
  const read = new Set(inbox.messages.flatMap((entry) => (entry.read ? [placeOf(entry)] : [])));
  return (
    <ul className="arrivals" aria-label={`Arrived on ${whose}`} tabIndex={0}>
      {state.arrivals.map((arrival) => (
        <ArrivalRow key={arrival.key} arrival={arrival} isRead={isRead(arrival, read)} inbox={inbox} />
      ))}
    </ul>
  );
}

interface ArrivalRowProps {
  readonly arrival: Arrival;
  readonly isRead: boolean;
  readonly inbox: InboxView;
}

function ArrivalRow({ arrival, isRead: wasRead, inbox }: ArrivalRowProps): ReactNode {
  const { timeline, offset, text, priority, wasMissed } = arrival;
  const place = offset === undefined ? 'not kept' : `${timeline} #${offset}`;
  return (
    <li className="arrival" data-read={wasRead} data-place={place}>
      <span className="arrival-text">{text}</span>
      <span className="arrival-place">
        {place}
        {priority !== 'normal' && <span className={`chip chip-${priority}`}>{priority}</span>}
        {wasMissed && <span className="chip chip-missed">missed</span>}
      </span>
      {offset !== undefined && !wasRead && (
        <button
          type="button"
          className="arrival-read"
          aria-label={`Mark “${text}” as read`}
          onClick={() => void inbox.read({ timeline, offset })}
        >
          Read
        </button>
      )}
      {offset !== undefined && wasRead && (
        <span className="arrival-done" role="img" aria-label="read">
          ✓
        </span>
      )}
    </li>
  );
}

/** What nothing keeps is never unread. */
function isRead({ timeline, offset, isOwn }: Arrival, read: ReadonlySet<string>): boolean {
  return offset === undefined || isOwn || read.has(placeOf({ timeline, offset }));
}

function placeOf({ timeline, offset }: { timeline: string; offset: number }): string {
  return `${offset} ${timeline}`;
}
