/**
 * Brings snapshots in, for as long as one is signed in: by the live feed, and where that is silent by asking every 5 s. It
 * also writes the history that the charts show, so that a look at another page leaves no hole in it.
 */
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { createContext, type ReactNode, useContext, useEffect, useState } from 'react';
import { nodeKeys, nodesNow } from '../nodes/queries';
import { forgetStats, recordStats } from '../overview/history';
import { statsKeys, statsNow } from '../overview/queries';
import { Feed } from './feed';

const POLL_MS = 5_000;
const LiveContext = createContext(false);

/** Whether snapshots come through Fanfare itself. */
export const useIsLive = (): boolean => useContext(LiveContext);

export function LiveProvider({ children }: { readonly children: ReactNode }) {
  const client = useQueryClient();
  const [isLive, setLive] = useState(false);
  useEffect(() => {
    const feed = new Feed({
      stats: (stats) => client.setQueryData(statsKeys.now, stats),
      nodes: (nodes) => client.setQueryData(nodeKeys.now, nodes),
      state: setLive,
    });
    feed.open();
    return () => {
      feed.close();
      forgetStats();
    };
  }, [client]);
  const refetchInterval = isLive ? false : POLL_MS;
  const { data } = useQuery({ ...statsNow(), refetchInterval });
  useQuery({ ...nodesNow(), refetchInterval });
  useEffect(() => {
    if (data) recordStats(data);
  }, [data]);
  return <LiveContext value={isLive}>{children}</LiveContext>;
}
