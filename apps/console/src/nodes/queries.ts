import type { NodesAnswer } from '@fanfare/contracts';
import { queryOptions } from '@tanstack/react-query';
import { call } from '../api/call';

export const nodeKeys = { now: ['nodes'] as const };

export const nodesNow = () =>
  queryOptions({
    queryKey: nodeKeys.now,
    queryFn: ({ signal }) => call<NodesAnswer>('GET', '/v1/nodes', { signal }),
  });
