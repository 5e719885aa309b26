// Tells screen readers politely of what arrives. What comes within a moment is one sentence: a burst of messages, or what
// was missed, must not keep a voice talking.
import { type ReactNode, useEffect, useState } from 'react';
import { useInboxClient } from '../client/context.js';
import { entryOf } from '../inbox/entry.js';
import { type InboxLabels, textOf } from './labels.js';

const gatherMs = 500;

export function Announcer({
  timeline,
  labels,
}: {
  readonly timeline: string;
  readonly labels: InboxLabels;
}): ReactNode {
  const spoken = useAnnouncement(timeline, labels.arrived);
  return (
    <span role="status" aria-live="polite" className="fanfare-unseen">
      {spoken}
    </span>
  );
}

function useAnnouncement(timeline: string, arrived: InboxLabels['arrived']): string {
  const client = useInboxClient();
  const [spoken, setSpoken] = useState('');
  useEffect(() => {
    let count = 0;
    let text = '';
    let timer: ReturnType<typeof setTimeout> | undefined;
    const speak = () => {
      setSpoken(arrived(count, text));
      count = 0;
      timer = undefined;
    };
    const end = client.on('message', (message) => {
      const entry = entryOf(message, client.user);
      if (!entry || entry.read || (timeline !== '*' && timeline !== entry.timeline)) return;
      count += 1;
      text = textOf(entry);
      timer ??= setTimeout(speak, gatherMs);
    });
    return () => {
      clearTimeout(timer);
      end();
    };
  }, [client, timeline, arrived]);
  return spoken;
}
