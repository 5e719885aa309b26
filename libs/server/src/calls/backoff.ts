/** How long to wait before trying again: what the server says, else full jitter (random up to a bound that doubles). */

const FIRST_MS = 200;
const MAX_BACKOFF_MS = 5_000;
/** A server that wants more is not waited for: the caller is told, with `retryAfterSeconds`. */
export const MAX_RETRY_AFTER_SECONDS = 30;

/**
 * @param failures so far, from 1
 * @param retryAfterSeconds what the answer said
 * @returns undefined when the time is not worth waiting for
 */
export function waitMs(
  failures: number,
  retryAfterSeconds: number | undefined,
  random = Math.random,
): number | undefined {
  const jitter = random() * Math.min(MAX_BACKOFF_MS, FIRST_MS * 2 ** (failures - 1));
  if (retryAfterSeconds === undefined) return jitter;
  // Later than asked, never earlier: all who were told the same second would come back at once.
  return retryAfterSeconds > MAX_RETRY_AFTER_SECONDS ? undefined : retryAfterSeconds * 1000 + jitter;
}

/** The header `Retry-After` (RFC 9110): seconds, or a date. */
export function retryAfterSeconds(header: string | null, now = Date.now()): number | undefined {
  if (header === null) return undefined;
  if (/^\d{1,9}$/.test(header.trim())) return Number(header);
  const at = Date.parse(header);
  return Number.isNaN(at) ? undefined : Math.max(0, Math.ceil((at - now) / 1000));
}

/** @throws the reason of the signal, as soon as it is aborted */
export function pause(ms: number, signal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve, reject) => {
    const end = (): void => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', end);
      if (signal?.aborted) reject(signal.reason as Error);
      else resolve();
    };
    const timer = setTimeout(end, ms);
    signal?.addEventListener('abort', end);
    if (signal?.aborted) end();
  });
}
