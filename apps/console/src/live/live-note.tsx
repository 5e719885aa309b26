import { useIsLive } from './live-provider';

/** Whether what is shown comes by itself or is asked for. */
export function LiveNote() {
  const isLive = useIsLive();
  return (
    <p className="live-note" role="status">
      <span className={isLive ? 'live-dot live-dot-live' : 'live-dot'} aria-hidden="true" />
      {isLive ? 'Live, through Fanfare itself' : 'No live feed: asking every 5 s'}
    </p>
  );
}
