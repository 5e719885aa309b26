import type { ReactNode } from 'react';
import { ApiError } from '../api/api-error';
import { Failure } from './failure';
import { Skeleton } from './skeleton';

interface LoadedProps<Data> {
  /** Of TanStack Query, or made of several of it. */
  readonly query: {
    readonly data: Data | undefined;
    readonly error: Error | null;
    readonly isFetching: boolean;
    readonly refetch: () => Promise<unknown>;
  };
  readonly lines?: number;
  readonly children: (data: Data) => ReactNode;
}

/** One of: skeleton, what went wrong, the data; or the data with a note that it could not be brought up to date. */
export function Loaded<Data>({ query, lines = 5, children }: LoadedProps<Data>) {
  const { data, error, isFetching, refetch } = query;
  const retry = () => void refetch();
  if (data === undefined) {
    return error && !isFetching ? <Failure error={error} onRetry={retry} /> : <Skeleton lines={lines} />;
  }
  return (
    <>
      {error && <Stale error={error} onRetry={retry} />}
      {children(data)}
    </>
  );
}

function Stale({ error, onRetry }: { readonly error: Error; readonly onRetry: () => void }) {
  return (
    <p className="notice notice-warn">
      <span>
        Not up to date: {error.message} {error instanceof ApiError && <code>{error.code}</code>}
      </span>
      <button type="button" className="button-small" onClick={onRetry}>
        Try again
      </button>
    </p>
  );
}
