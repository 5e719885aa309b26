import type { DeadLetterPage, JobView } from '@fanfare/contracts';
import { call, part } from '../api/call';
import { pagesOf } from '../api/pages';

export const deadLetterKeys = { all: ['dead-letters'] as const };

export const deadLetterPages = () => ({
  ...pagesOf<DeadLetterPage>(deadLetterKeys.all, '/v1/dead-letters', ({ deadLetters }) => deadLetters),
  refetchInterval: 10_000,
});

export const retryDeadLetter = (id: string): Promise<JobView> => call('POST', `/v1/dead-letters/${part(id)}/retry`);
