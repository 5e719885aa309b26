/** The header `Idempotency-Key` says the same as the field `idempotencyKey`; a request may use either. */
import { idempotencyKey, Problem, type PublishRequest } from '@fanfare/contracts';

/** @throws Problem bad_request where both are given and differ, invalid for a header that is no key */
export function withKeyOfHeader(request: PublishRequest, header: string | undefined): PublishRequest {
  if (header === undefined) return request;
  if (request.idempotencyKey !== undefined && request.idempotencyKey !== header) {
    throw new Problem('bad_request', 'the header Idempotency-Key and the field idempotencyKey differ');
  }
  // Bytes beyond ASCII arrive in whatever encoding the client chose; the field takes them all.
  if (!/^[\x20-\x7e]+$/.test(header) || !idempotencyKey.safeParse(header).success) {
    throw new Problem('invalid', 'the header Idempotency-Key must be 1 to 255 characters of ASCII');
  }
  return { ...request, idempotencyKey: header };
}
