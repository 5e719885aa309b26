// What opens below the bell: the messages, or in their place why there are none.
import type { ReactNode } from 'react';
import { useStatus } from '../client/use-status.js';
import type { InboxEntry } from '@fanfare/client';
import type { InboxView } from '../inbox/use-inbox.js';
import type { InboxLabels } from './labels.js';
import { MessageList, moveFocus } from './message-list.js';
import type { Popover } from './use-popover.js';

interface PanelProps {
  readonly id: string;
  readonly popover: Popover;
  readonly inbox: InboxView;
  readonly labels: InboxLabels;
  readonly renderMessage: (entry: InboxEntry) => ReactNode;
  readonly onChoose: (entry: InboxEntry) => void;
}

export function Panel({ id, popover, inbox, labels, renderMessage, onChoose }: PanelProps): ReactNode {
  const titleId = `${id}-title`;
  return (
    // Arrow keys work from anywhere in the panel: from its edge, which has focus when it opens, into the list.
    <div
      id={id}
      ref={popover.panel}
      className="fanfare-panel"
      role="dialog"
      aria-labelledby={titleId}
      tabIndex={-1}
      onKeyDown={moveFocus}
    >
      {/* No heading: which level it would have, only the page knows. */}
      <header className="fanfare-head">
        <p id={titleId} className="fanfare-title">
          {labels.title}
        </p>
        {/* Not `disabled`: the button that was just pressed would lose focus. */}
        <button
          type="button"
          className="fanfare-action"
          aria-disabled={inbox.unread === 0}
          onClick={() => void (inbox.unread > 0 && inbox.readAll())}
        >
          {labels.markAllRead}
        </button>
      </header>
      <Notices inbox={inbox} labels={labels} />
      <div className="fanfare-scroll">
        {inbox.messages.length > 0 && (
          <MessageList messages={inbox.messages} labels={labels} renderMessage={renderMessage} onChoose={onChoose} />
        )}
        {inbox.hasMore && (
          <button
            type="button"
            className="fanfare-more"
            aria-disabled={inbox.isLoading}
            onClick={() => void inbox.loadMore()}
          >
            {inbox.isLoading ? labels.loading : labels.loadMore}
          </button>
        )}
      </div>
    </div>
  );
}

function Notices({ inbox, labels }: Pick<PanelProps, 'inbox' | 'labels'>): ReactNode {
  const status = useStatus();
  const isOffline = status === 'waiting' || status === 'closed';
  if (isOffline) return <p className="fanfare-notice">{labels.offline}</p>;
  if (inbox.error) {
    return (
      <p className="fanfare-notice fanfare-error" role="alert">
        {labels.error}{' '}
        <button type="button" className="fanfare-action" onClick={() => void inbox.reload()}>
          {labels.retry}
        </button>
      </p>
    );
  }
  if (inbox.messages.length > 0) return null;
  return <p className="fanfare-notice">{inbox.isLoading ? labels.loading : labels.empty}</p>;
}
