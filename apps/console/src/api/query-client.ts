/** Reads are kept for a moment and tried twice where that can help; a refused key ends the sign-in wherever it shows. */
import { MutationCache, QueryCache, QueryClient } from '@tanstack/react-query';
import { signOut } from '../session/key';
import { isCode } from './api-error';

const REFUSED = 'The api no longer takes this key. Sign in with one that is valid.';
const RETRIES = 1;

function endIfRefused(error: unknown): void {
  if (isCode(error, 'unauthorized')) signOut(REFUSED);
}

export const queryClient = new QueryClient({
  queryCache: new QueryCache({ onError: endIfRefused }),
  mutationCache: new MutationCache({ onError: endIfRefused }),
  defaultOptions: {
    queries: {
      staleTime: 2_000,
      retry: (failures, error) => failures < RETRIES && isCode(error, 'unavailable', 'timeout', 'unreachable'),
      retryDelay: 1_000,
    },
  },
});
