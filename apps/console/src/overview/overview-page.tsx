import { useQuery } from '@tanstack/react-query';
import { useIsLive } from '../live/live-provider';
import { Badge } from '../page/badge';
import { Loaded } from '../page/loaded';
import { Page } from '../page/page';
import { Charts } from './charts';
import { statsNow } from './queries';
import { RedisPanel } from './redis-panel';
import { Tiles } from './tiles';
import './overview.css';

export default function OverviewPage() {
  const query = useQuery({ ...statsNow(), refetchOnMount: false });
  return (
    <Page title="Overview" lead="What goes on now, and in the last five minutes." actions={<Source />}>
      <Loaded query={query} lines={8}>
        {(stats) => (
          <>
            <Tiles stats={stats} />
            <Charts />
            <RedisPanel redis={stats.redis} />
          </>
        )}
      </Loaded>
    </Page>
  );
}

function Source() {
  return useIsLive() ? <Badge tone="good">Live through Fanfare</Badge> : <Badge tone="warn">Polling every 5 s</Badge>;
}
