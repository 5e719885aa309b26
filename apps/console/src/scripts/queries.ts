import type { ScriptsAnswer } from '@fanfare/contracts';
import { queryOptions } from '@tanstack/react-query';
import { call } from '../api/call';

export const scriptKeys = { now: ['scripts'] as const };

export const scriptsNow = () =>
  queryOptions({
    queryKey: scriptKeys.now,
    refetchInterval: 5_000,
    queryFn: ({ signal }) => call<ScriptsAnswer>('GET', '/v1/scripts', { signal }),
  });
