/**
 * Payloads that would not arrive as they were sent, or not everywhere, are refused.
 *
 * They may be nested 100 deep: without a limit the stack would be one, and not the same everywhere, so that what could
 * still be written when it was accepted could not be written into an inbox page. (Parsers of other languages stop at 64
 * to 1,000 levels.) And their numbers must be finite: 1e400 is JSON, but a double can't hold it, and would become null.
 */
import { Problem } from '@fanfare/contracts';

const MAX_DEPTH = 100;

/** @throws Problem invalid */
export function checkPayload(payload: unknown): void {
  const detail = objectionTo(payload, MAX_DEPTH);
  if (detail === undefined) return;
  throw new Problem('invalid', `/payload: ${detail}`, { errors: [{ pointer: '/payload', detail }] });
}

/** Called for every value of every message: allocates nothing. */
function objectionTo(value: unknown, depth: number): string | undefined {
  if (typeof value === 'number') return Number.isFinite(value) ? undefined : 'holds a number beyond 1.8e308';
  if (typeof value !== 'object' || value === null) return undefined;
  if (depth === 0) return `is nested more than ${MAX_DEPTH} deep`;
  if (Array.isArray(value)) return objectionToItems(value, depth - 1);
  const fields = value as Record<string, unknown>;
  for (const name in fields) {
    const objection = objectionTo(fields[name], depth - 1);
    if (objection !== undefined) return objection;
  }
  return undefined;
}

function objectionToItems(items: readonly unknown[], depth: number): string | undefined {
  for (const item of items) {
    const objection = objectionTo(item, depth);
    if (objection !== undefined) return objection;
  }
  return undefined;
}
