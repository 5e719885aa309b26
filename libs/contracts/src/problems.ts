/** Stable codes of HTTP problem documents (RFC 9457) and of `error` frames, and the HTTP status of each. */
export const problemStatus = {
  bad_request: 400,
  unauthorized: 401,
  forbidden: 403,
  not_found: 404,
  group_unknown: 404,
  conflict: 409,
  too_large: 413,
  invalid: 422,
  idempotency_mismatch: 422,
  rate_limited: 429,
  internal: 500,
  lane_full: 503,
  unavailable: 503,
  not_replicated: 503,
  timeout: 504,
} as const;

export type ProblemCode = keyof typeof problemStatus;

/** One thing wrong with a request; `pointer` is a JSON pointer (RFC 6901) into its body. */
export interface ProblemDetail {
  readonly pointer: string;
  readonly detail: string;
}

export interface ProblemDocument {
  readonly type: string;
  readonly title: string;
  readonly status: number;
  readonly code: ProblemCode;
  readonly detail?: string;
  readonly errors?: readonly ProblemDetail[];
}

/** An error that has a stable code; the edges turn it into a problem document or an `error` frame. */
export class Problem extends Error {
  readonly code: ProblemCode;
  readonly errors: readonly ProblemDetail[] | undefined;
  /** Seconds after which a retry makes sense, for 429 and 503. */
  readonly retryAfter: number | undefined;

  constructor(
    code: ProblemCode,
    detail: string,
    options: { errors?: readonly ProblemDetail[]; retryAfter?: number; cause?: unknown } = {},
  ) {
    super(detail, { cause: options.cause });
    this.name = 'Problem';
    this.code = code;
    this.errors = options.errors;
    this.retryAfter = options.retryAfter;
  }

  get status(): number {
    return problemStatus[this.code];
  }

  toDocument(): ProblemDocument {
    return {
      type: `https://fanfare.dev/problems/${this.code}`,
      title: TITLES[this.code],
      status: this.status,
      code: this.code,
      detail: this.message,
      ...(this.errors ? { errors: this.errors } : {}),
    };
  }
}

const TITLES: Record<ProblemCode, string> = {
  bad_request: 'The request is malformed',
  unauthorized: 'Credentials are missing or not valid',
  forbidden: 'These credentials do not permit this',
  not_found: 'There is nothing here',
  group_unknown: 'The group does not exist',
  conflict: 'The request conflicts with what is there',
  too_large: 'The request is too large',
  invalid: 'The request does not fit its schema',
  idempotency_mismatch: 'The idempotency key was used with another request',
  rate_limited: 'Too many requests',
  internal: 'Something went wrong here',
  lane_full: 'Too many jobs are waiting',
  unavailable: 'The service cannot do this now',
  not_replicated: 'No replica confirmed in time',
  timeout: 'The deadline passed',
};
