// What the gateway means by closing a connection (docs/protocol.md, "Close codes").
import type { FanfareErrorCode } from '../fanfare-error.js';

/**
 * `again`: with backoff. `later`: the same, from a longer wait on. `token`: with a fresh token. Else coming back by itself
 * would not help, and this is the error.
 */
export type Meaning = 'again' | 'later' | 'token' | { readonly code: FanfareErrorCode; readonly message: string };

const fault: Meaning = { code: 'protocol', message: 'the gateway could not read what was sent' };

const meanings: Readonly<Record<number, Meaning>> = {
  1002: fault,
  1007: fault,
  1008: fault,
  1009: { code: 'protocol', message: 'the gateway found a frame too large' },
  4400: fault,
  4401: 'token',
  4403: { code: 'forbidden_origin', message: "this page's origin is not one of FANFARE_ALLOWED_ORIGINS" },
  4409: { code: 'disconnected_by_backend', message: 'the backend disconnected this session' },
  4429: 'later',
  4503: 'later',
};

/** Codes that are not known, and ends without one, mean what 1012 does. */
export const meaningOf = (code: number): Meaning => meanings[code] ?? 'again';
