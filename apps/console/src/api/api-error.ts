/** What went wrong with a call: the api's problem document, or that there was no answer. */
import type { ProblemCode, ProblemDetail, ProblemDocument } from '@fanfare/contracts';

/** `unreachable`: nothing answered. `unreadable`: something else than the api did. */
export type ApiErrorCode = ProblemCode | 'unreachable' | 'unreadable';

export class ApiError extends Error {
  override readonly name = 'ApiError';

  constructor(
    readonly code: ApiErrorCode,
    /** 0 where there was no answer. */
    readonly status: number,
    readonly title: string,
    detail: string,
    readonly errors: readonly ProblemDetail[] = [],
    options?: ErrorOptions,
  ) {
    super(detail, options);
  }

  static unreachable(cause: unknown): ApiError {
    const detail = 'The api did not answer in time. It may be starting, or the network may be down.';
    return new ApiError('unreachable', 0, 'No answer', detail, [], { cause });
  }

  static from(status: number, body: unknown): ApiError {
    if (!isProblem(body)) {
      return new ApiError(
        'unreadable',
        status,
        'Not an answer of the api',
        `Something answered ${status} without a code.`,
      );
    }
    return new ApiError(body.code, status, body.title, body.detail ?? body.title, body.errors);
  }
}

export const isCode = (error: unknown, ...codes: ApiErrorCode[]): boolean =>
  error instanceof ApiError && codes.includes(error.code);

function isProblem(body: unknown): body is ProblemDocument {
  return typeof body === 'object' && body !== null && 'code' in body && 'title' in body;
}
