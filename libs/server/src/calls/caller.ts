/**
 * One call of the API, repeated where that may help and can do no harm:
 *
 * - what failed in passing (no connection, one that broke, no answer in time, 429, 502, 503, 504) is tried again, as often
 *   as `retries` says; `Retry-After` is obeyed, up to 30 s;
 * - what can't be repeated without being done twice is repeated only where nothing was done for sure;
 * - each attempt has its own deadline; the caller's signal ends the whole call, waits included.
 *
 * It keeps nothing open: connections are fetch's, which keeps them alive and closes those that idle.
 */
import { checkRetries, checkTimeout, type Settings } from '../options.js';
import { pause, waitMs } from './backoff.js';
import { type Failure, noAnswer, parseJson, refusal, tooLate, unexpectedAnswer } from './failure.js';

/** Of a single call, instead of what the `Fanfare` was made with. */
export interface CallOptions {
  /** Ends the call, which then fails with the signal's reason. What was sent may have been done. */
  readonly signal?: AbortSignal;
  readonly timeoutMs?: number;
  readonly retries?: number;
}

export type Query = Readonly<Record<string, string | number | boolean | undefined>>;

export interface Request {
  readonly method: 'GET' | 'PUT' | 'POST' | 'DELETE';
  readonly path: string;
  readonly query?: Query;
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
  /** For how long after the first attempt a repeat is harmless, in ms; for ever by default, 0 for never. */
  readonly repeatableMs?: number;
}

type Attempt<Answer> = { readonly answer: Answer } | { readonly failure: Failure };

export class Caller {
  constructor(private readonly settings: Settings) {}

  /**
   * @returns the body of the answer; undefined where it has none
   * @throws FanfareError
   */
  async call<Answer>(request: Request, options: CallOptions = {}): Promise<Answer> {
    const { timeoutMs = this.settings.timeoutMs, retries = this.settings.retries, signal } = options;
    checkTimeout(timeoutMs);
    checkRetries(retries);
    const encoded = this.encode(request);
    const startedAt = Date.now();
    for (let failures = 1; ; failures += 1) {
      const attempt = await this.attempt<Answer>(encoded, timeoutMs, signal);
      if ('answer' in attempt) return attempt.answer;
      const { failure } = attempt;
      const wait = failures > retries ? undefined : waitMs(failures, failure.error.retryAfterSeconds);
      if (!failure.isPassing || wait === undefined) throw failure.error;
      // A repeat that ends after the key is forgotten would be a second message.
      const endsAtMs = Date.now() + wait + timeoutMs - startedAt;
      if (!failure.isUntouched && endsAtMs > (request.repeatableMs ?? Infinity)) throw failure.error;
      await pause(wait, signal);
    }
  }

  /** Once for all attempts: they are the same to the byte. */
  private encode({ method, path, query, body, headers }: Request): { url: string; init: RequestInit } {
    const type = body === undefined ? {} : { 'content-type': 'application/json' };
    return {
      url: `${this.settings.url}/v1${path}${queryString(query)}`,
      init: {
        method,
        headers: { authorization: `Bearer ${this.settings.key}`, accept: 'application/json', ...type, ...headers },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
        redirect: 'manual', // followed, a POST may become a GET, and the key go elsewhere
      },
    };
  }

  private async attempt<Answer>(
    { url, init }: { url: string; init: RequestInit },
    timeoutMs: number,
    signal: AbortSignal | undefined,
  ): Promise<Attempt<Answer>> {
    signal?.throwIfAborted();
    const ending = new AbortController();
    const abort = (): void => ending.abort();
    const timer = setTimeout(abort, timeoutMs);
    signal?.addEventListener('abort', abort);
    try {
      const answer = await this.settings.fetch(url, { ...init, signal: ending.signal });
      return read(answer, await answer.text(), this.settings.url);
    } catch (error) {
      signal?.throwIfAborted();
      return {
        failure: ending.signal.aborted ? tooLate(timeoutMs, this.settings.url) : noAnswer(error, this.settings.url),
      };
    } finally {
      clearTimeout(timer);
      signal?.removeEventListener('abort', abort);
    }
  }
}

function read<Answer>(answer: Response, text: string, url: string): Attempt<Answer> {
  if (!answer.ok) return { failure: refusal(answer, text, url) };
  if (answer.status === 204) return { answer: undefined as Answer };
  const body = parseJson(text);
  if (body !== undefined) return { answer: body as Answer };
  return { failure: { error: unexpectedAnswer(answer.status, url), isPassing: false, isUntouched: false } };
}

function queryString(query: Query = {}): string {
  const pairs = Object.entries(query).flatMap(([name, value]) =>
    value === undefined ? [] : [[name, String(value)] as [string, string]],
  );
  return pairs.length === 0 ? '' : `?${new URLSearchParams(pairs).toString()}`;
}

/** Of an id in a path. A segment `.` or `..` would be taken as a step in it, even when its dots are escaped. */
export function segment(id: string): string {
  if (id === '' || id === '.' || id === '..') throw new TypeError(`Fanfare: ${JSON.stringify(id)} can't be an id here`);
  return encodeURIComponent(id);
}
