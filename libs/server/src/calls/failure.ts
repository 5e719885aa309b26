/** What went wrong with one attempt, and whether the server may have carried it out all the same. */
import type { ProblemDocument } from '@fanfare/contracts';
import { FanfareError } from '../fanfare-error.js';
import { retryAfterSeconds } from './backoff.js';

export interface Failure {
  readonly error: FanfareError;
  /** Trying again may help. */
  readonly isPassing: boolean;
  /** Surely nothing was done: the request never left, or was turned away before it began. */
  readonly isUntouched: boolean;
}

const PASSING = new Set([429, 502, 503, 504]);
/** Refused before anything is done; any other 503 may come after it. */
const TURNED_AWAY = new Set(['rate_limited', 'lane_full']);
/** The connection was never there. */
const NO_CONNECTION = new Set(['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'UND_ERR_CONNECT_TIMEOUT']);

/** Of an answer that is no 2xx. */
export function refusal(answer: Response, text: string, url: string): Failure {
  const { status } = answer;
  const after = retryAfterSeconds(answer.headers.get('retry-after'));
  const problem = problemIn(text);
  const isPassing = PASSING.has(status);
  if (problem === undefined) {
    const said = `${url} answered ${status}, and no problem document: is it the API of Fanfare?`;
    const code = isPassing ? 'unavailable' : 'unexpected_answer'; // a proxy in between speaks for it
    const error = new FanfareError(code, said, { status, retryAfterSeconds: after });
    return { error, isPassing, isUntouched: status === 429 };
  }
  const { code, detail, title, errors } = problem;
  const error = new FanfareError(code, detail ?? title, { status, errors, retryAfterSeconds: after });
  return { error, isPassing, isUntouched: status === 429 || TURNED_AWAY.has(code) };
}

/** Of an attempt that was not answered, or not to the end. */
export function noAnswer(cause: unknown, url: string): Failure {
  const codes = networkCodes(cause);
  const why = codes[0] ?? innermost(cause);
  const error = new FanfareError('unreachable', `${url} can't be reached, or broke off: ${why}`, { cause });
  return { error, isPassing: true, isUntouched: codes.length > 0 && codes.every((code) => NO_CONNECTION.has(code)) };
}

export function tooLate(timeoutMs: number, url: string): Failure {
  const error = new FanfareError('timeout', `${url} did not answer within ${timeoutMs} ms`);
  return { error, isPassing: true, isUntouched: false };
}

export function unexpectedAnswer(status: number, url: string): FanfareError {
  return new FanfareError('unexpected_answer', `${url} answered ${status} without JSON: is it the API of Fanfare?`, {
    status,
  });
}

function problemIn(text: string): ProblemDocument | undefined {
  const value = parseJson(text);
  const isProblem = typeof value === 'object' && value !== null && 'code' in value && typeof value.code === 'string';
  return isProblem ? (value as ProblemDocument) : undefined;
}

/** @returns undefined for what is no JSON, which `undefined` is not either */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** fetch fails with a TypeError; the cause says why. Of a name with several addresses there is one for each. */
function networkCodes(error: unknown): string[] {
  if (typeof error !== 'object' || error === null) return [];
  const { code, errors, cause } = error as { code?: unknown; errors?: unknown; cause?: unknown };
  if (Array.isArray(errors) && errors.length > 0) return errors.flatMap((each) => networkCodes(each));
  return typeof code === 'string' ? [code] : networkCodes(cause);
}

function innermost(error: unknown): string {
  const cause = error instanceof Object && 'cause' in error ? error.cause : undefined;
  return cause === undefined ? String(error) : innermost(cause);
}
