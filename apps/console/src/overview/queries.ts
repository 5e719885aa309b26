import type { StatsAnswer } from '@fanfare/contracts';
import { queryOptions } from '@tanstack/react-query';
import { call } from '../api/call';

export const statsKeys = { now: ['stats'] as const };

export const statsNow = () =>
  queryOptions({
    queryKey: statsKeys.now,
    queryFn: ({ signal }) => call<StatsAnswer>('GET', '/v1/stats', { signal }),
  });
