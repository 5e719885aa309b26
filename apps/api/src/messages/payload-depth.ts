/**
 * A payload may be nested 100 deep. Without a limit the stack would be one, and not the same everywhere: what can still
 * be written when a message is accepted could not be written into an inbox page. (Parsers of other languages stop at 64
 * to 1,000 levels.)
 */
import { Problem, type PublishRequest } from '@fanfare/contracts';

const MAX_DEPTH = 100;

/** @throws Problem invalid */
export function checkPayloadDepth({ payload }: PublishRequest): void {
  if (!isDeeperThan(payload, MAX_DEPTH)) return;
  const detail = `is nested more than ${MAX_DEPTH} deep`;
  throw new Problem('invalid', `/payload: ${detail}`, { errors: [{ pointer: '/payload', detail }] });
}

function isDeeperThan(value: unknown, depth: number): boolean {
  if (typeof value !== 'object' || value === null) return false;
  if (depth === 0) return true;
  if (Array.isArray(value)) {
    for (const inner of value) if (isDeeperThan(inner, depth - 1)) return true;
    return false;
  }
  const fields = value as Record<string, unknown>;
  for (const name in fields) if (isDeeperThan(fields[name], depth - 1)) return true;
  return false;
}
