import { counted } from '../format/numbers';
import { Failure } from '../page/failure';
import type { Compose } from './use-compose';

/** What the dry run said, and whether that was about what the form says now. */
export function Reach({ compose: { tryOut, request } }: { readonly compose: Compose }) {
  const isCurrent = tryOut.variables === request;
  if (tryOut.error) return isCurrent ? <Failure error={tryOut.error} /> : null;
  return (
    <div role="status">
      {tryOut.data && isCurrent && (
        <p className="notice notice-good">
          <span>
            Would reach <strong>{counted(tryOut.data.reach, 'user')}</strong>. Nothing was sent.
          </span>
        </p>
      )}
    </div>
  );
}
