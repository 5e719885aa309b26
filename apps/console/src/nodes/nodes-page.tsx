import { useQuery } from '@tanstack/react-query';
import { Link } from 'react-router';
import { useIsLive } from '../live/live-provider';
import { Badge } from '../page/badge';
import { Empty } from '../page/empty';
import { Loaded } from '../page/loaded';
import { Page } from '../page/page';
import { Panel } from '../page/panel';
import { counted } from '../format/numbers';
import { GoneTable } from './gone-table';
import { NodesTable } from './nodes-table';
import { nodesNow } from './queries';

/** Oftener than elsewhere: that a gateway has died should be seen soon, with or without the live feed. */
const POLL_MS = 2_000;

export default function NodesPage() {
  const isLive = useIsLive();
  const query = useQuery({ ...nodesNow(), refetchOnMount: false, refetchInterval: isLive ? false : POLL_MS });
  return (
    <Page
      title="Nodes"
      lead="Push gateways. Each holds a lease; when it is not renewed, the gateway counts as dead and its sessions are given up."
      actions={isLive ? <Badge tone="good">Live through Fanfare</Badge> : <Badge tone="warn">Polling every 2 s</Badge>}
    >
      <Loaded query={query}>
        {({ nodes, gone }) => (
          <>
            <Panel title="Alive" aside={<span role="status">{counted(nodes.length, 'node')}</span>}>
              {nodes.length === 0 ? (
                <Empty title="No gateway holds a lease">
                  Nobody can connect. Messages are kept; see the <Link to="/">overview</Link>.
                </Empty>
              ) : (
                <NodesTable nodes={[...nodes]} />
              )}
            </Panel>
            <Panel title="Gone lately">
              {gone.length === 0 ? <Empty title="None has gone" /> : <GoneTable nodes={[...gone]} />}
            </Panel>
          </>
        )}
      </Loaded>
    </Page>
  );
}
