/** Whether two requests with the same idempotency key ask for the same: all that matters of them, in any order of fields. */
import { createHash } from 'node:crypto';
import type { PublishRequest } from '@fanfare/contracts';

export const DEFAULT_IDEMPOTENCY_SECONDS = 3600;

export function fingerprintOf(request: Partial<PublishRequest>): string {
  const { idempotencyKey: _key, idempotencySeconds: _seconds, ...asked } = request;
  const text = JSON.stringify(Object.entries(asked).sort(([a], [b]) => (a < b ? -1 : 1)));
  return createHash('sha256').update(text).digest('base64url').slice(0, 22);
}
