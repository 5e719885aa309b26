/** What the console asks about jobs, and under which keys the answers are kept. */
import type { JobPage, JobState, JobView } from '@fanfare/contracts';
import { queryOptions } from '@tanstack/react-query';
import { call, part } from '../api/call';
import { pagesOf } from '../api/pages';

export const jobKeys = {
  all: ['jobs'] as const,
  list: (state: JobState | null) => ['jobs', 'list', state] as const,
  one: (id: string) => ['jobs', 'one', id] as const,
};

/** Something moves. */
const BUSY_MS = 1_000;
/** Something may begin. */
const IDLE_MS = 5_000;

export const isMoving = ({ state }: JobView): boolean => state === 'queued' || state === 'running';
export const isOver = ({ state }: JobView): boolean => state === 'done' || state === 'failed' || state === 'cancelled';

export const jobPages = (state: JobState | null) => ({
  ...pagesOf<JobPage>(jobKeys.list(state), '/v1/jobs', ({ jobs }) => jobs, { state }),
  refetchInterval: ({ state: { data } }: { state: { data: { pages: JobPage[] } | undefined } }) =>
    data?.pages.some(({ jobs }) => jobs.some(isMoving)) ? BUSY_MS : IDLE_MS,
});

export const jobById = (id: string) =>
  queryOptions({
    queryKey: jobKeys.one(id),
    queryFn: ({ signal }) => call<JobView>('GET', `/v1/messages/${part(id)}`, { signal }),
    refetchInterval: ({ state: { data } }) => {
      if (data === undefined || isOver(data)) return false;
      return isMoving(data) ? BUSY_MS : IDLE_MS;
    },
  });

export const cancelMessage = (id: string): Promise<void> => call('DELETE', `/v1/messages/${part(id)}`);
