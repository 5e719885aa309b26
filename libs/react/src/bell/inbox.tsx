// The bell: a button with a badge, and below it the inbox. It needs styles.css of this package and a `FanfareProvider`.
import { type ReactNode, useId, useMemo } from 'react';
import type { InboxEntry } from '@fanfare/client';
import type { InboxOptions } from '../inbox/inbox-store.js';
import { type InboxView, useInbox } from '../inbox/use-inbox.js';
import { Announcer } from './announcer.js';
import { englishLabels, type InboxLabels, textOf } from './labels.js';
import { Panel } from './panel.js';
import { type Popover, usePopover } from './use-popover.js';

export interface InboxProps extends InboxOptions {
  /** Content of a row; it is inside a button, so text and images, no links or controls. Default: the message's text. */
  readonly renderMessage?: (entry: InboxEntry) => ReactNode;
  /** A row was chosen; it has been marked as read. */
  readonly onSelect?: (entry: InboxEntry) => void;
  /** Words of one's own; those left out stay English. */
  readonly labels?: Partial<InboxLabels>;
  readonly className?: string;
}

export function Inbox({
  renderMessage = textOf,
  onSelect,
  labels: words,
  className,
  ...options
}: InboxProps): ReactNode {
  const inbox = useInbox(options);
  const popover = usePopover();
  const panelId = useId();
  const labels = useMemo(() => ({ ...englishLabels, ...words }), [words]);
  const choose = (entry: InboxEntry) => {
    if (!entry.read) void inbox.read(entry);
    onSelect?.(entry);
  };
  const { root, isOpen, onKeyDown, onBlur } = popover;
  return (
    <div
      ref={root}
      className={className ? `fanfare-inbox ${className}` : 'fanfare-inbox'}
      onKeyDown={onKeyDown}
      onBlur={onBlur}
    >
      <Bell panelId={panelId} popover={popover} inbox={inbox} labels={labels} />
      <Announcer timeline={options.timeline ?? '*'} labels={labels} />
      {isOpen && (
        <Panel
          id={panelId}
          popover={popover}
          inbox={inbox}
          labels={labels}
          renderMessage={renderMessage}
          onChoose={choose}
        />
      )}
    </div>
  );
}

interface BellProps {
  readonly panelId: string;
  readonly popover: Popover;
  readonly inbox: InboxView;
  readonly labels: InboxLabels;
}

function Bell({ panelId, popover, inbox: { unread }, labels }: BellProps): ReactNode {
  return (
    <button
      type="button"
      ref={popover.button}
      className="fanfare-bell"
      aria-label={labels.bell(unread)}
      aria-haspopup="dialog"
      aria-expanded={popover.isOpen}
      aria-controls={popover.isOpen ? panelId : undefined}
      onClick={popover.toggle}
    >
      <svg viewBox="0 0 24 24" width="20" height="20" aria-hidden="true" focusable="false">
        <path d="M12 3a6 6 0 0 0-6 6v3.6L4.3 16a.7.7 0 0 0 .6 1h14.2a.7.7 0 0 0 .6-1L18 12.6V9a6 6 0 0 0-6-6Z" />
        <path d="M9.8 19.5a2.3 2.3 0 0 0 4.4 0" />
      </svg>
      {unread > 0 && (
        <span className="fanfare-badge" aria-hidden="true">
          {unread > 99 ? '99+' : unread}
        </span>
      )}
    </button>
  );
}
