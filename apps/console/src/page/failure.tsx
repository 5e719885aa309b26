import { ApiError } from '../api/api-error';

interface FailureProps {
  readonly error: unknown;
  readonly onRetry?: () => void;
}

/** What the api says of it, its code, and a way on. */
export function Failure({ error, onRetry }: FailureProps) {
  const problem = error instanceof ApiError ? error : null;
  return (
    <div className="state state-failure" role="alert">
      <p className="state-title">{problem?.title ?? 'This page has a fault'}</p>
      <p>{problem?.message ?? String(error)}</p>
      {problem && <ProblemErrors problem={problem} />}
      <p className="state-code">
        <code>{problem ? [problem.code, problem.status || null].filter(Boolean).join(' · ') : 'fault'}</code>
      </p>
      {onRetry && (
        <button type="button" onClick={onRetry}>
          Try again
        </button>
      )}
    </div>
  );
}

function ProblemErrors({ problem }: { readonly problem: ApiError }) {
  if (problem.errors.length < 2) return null;
  return (
    <ul>
      {problem.errors.map(({ pointer, detail }) => (
        <li key={pointer + detail}>
          <code>{pointer || '/'}</code> {detail}
        </li>
      ))}
    </ul>
  );
}
