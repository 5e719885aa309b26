/**
 * What a call fails with. Decide by `code`: it is that of the problem document (RFC 9457) that Fanfare answered, or says
 * that there was no answer. A call that its caller aborted fails with the reason of the signal instead.
 */
import type { ProblemCode, ProblemDetail } from '@fanfare/contracts';

/**
 * `unreachable`: no connection, or it broke. `timeout`: no answer in time, here or (with a status) behind the API.
 * `unexpected_answer`: what answered is not Fanfare's API. Later versions of Fanfare may have more codes.
 */
export type FanfareErrorCode = ProblemCode | 'unreachable' | 'unexpected_answer' | (string & {});

export interface FanfareErrorDetails {
  readonly status?: number | undefined;
  readonly errors?: readonly ProblemDetail[] | undefined;
  readonly retryAfterSeconds?: number | undefined;
  readonly cause?: unknown;
}

export class FanfareError extends Error {
  override readonly name = 'FanfareError';
  /** HTTP status; undefined where there was no answer. */
  readonly status: number | undefined;
  /** What is wrong with the request, each with a JSON pointer into it. */
  readonly errors: readonly ProblemDetail[];
  /** When trying again makes sense, where Fanfare said so. */
  readonly retryAfterSeconds: number | undefined;

  constructor(
    readonly code: FanfareErrorCode,
    message: string,
    details: FanfareErrorDetails = {},
  ) {
    super(message, { cause: details.cause });
    this.status = details.status;
    this.errors = details.errors ?? [];
    this.retryAfterSeconds = details.retryAfterSeconds;
  }
}
