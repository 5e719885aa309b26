/**
 * The problem that an error is to a caller over HTTP. Expected ones say what they are; of all others the caller learns
 * only that something went wrong, so that nothing of the inside leaks.
 */
import { Problem, type ProblemCode, problemStatus } from '@fanfare/contracts';
import { TimeoutError, UnavailableError } from '@fanfare/redis-scripts';
import { HttpException } from '@nestjs/common';

const RETRY_AFTER_SECONDS = 1;

export function toProblem(error: unknown): Problem {
  if (error instanceof Problem) return withRetryAfter(error);
  if (error instanceof UnavailableError) return unavailable('Redis cannot do this now; try again', error);
  if (error instanceof TimeoutError) {
    const detail = 'Redis did not answer in time; what was asked may have been done';
    return new Problem('timeout', detail, { retryAfter: RETRY_AFTER_SECONDS, cause: error });
  }
  const status = statusOf(error);
  if (status === undefined || status >= 500) return status === 503 ? unavailable('try again', error) : internal(error);
  return new Problem(codeOf(status), detailOf(error), { cause: error });
}

/** 429 and 503 always say when a retry makes sense. */
function withRetryAfter(problem: Problem): Problem {
  if (problem.retryAfter !== undefined || (problem.status !== 429 && problem.status !== 503)) return problem;
  const { code, message, errors } = problem;
  return new Problem(code, message, { ...(errors && { errors }), retryAfter: RETRY_AFTER_SECONDS, cause: problem });
}

function unavailable(detail: string, cause: unknown): Problem {
  return new Problem('unavailable', detail, { retryAfter: RETRY_AFTER_SECONDS, cause });
}

function internal(cause: unknown): Problem {
  return new Problem('internal', 'the fault is on this side; the log of the service says more', { cause });
}

/** Of Nest's exceptions and of Fastify's errors; of nothing else, as any object may have a `statusCode`. */
function statusOf(error: unknown): number | undefined {
  if (error instanceof HttpException) return error.getStatus();
  const { name, statusCode } = (error ?? {}) as { name?: unknown; statusCode?: unknown };
  return error instanceof Error && name === 'FastifyError' && typeof statusCode === 'number' ? statusCode : undefined;
}

const CODES = new Map<number, ProblemCode>([
  [405, 'not_found'],
  [422, 'invalid'],
  ...(['unauthorized', 'forbidden', 'not_found', 'conflict', 'too_large', 'rate_limited'] as const).map(
    (code) => [problemStatus[code], code] as const,
  ),
]);

function codeOf(status: number): ProblemCode {
  return CODES.get(status) ?? 'bad_request';
}

function detailOf(error: unknown): string {
  const { cause, message } = error as Error;
  const code = fastifyCode(error) ?? fastifyCode(cause);
  return (code === undefined ? undefined : FASTIFY_DETAILS[code]) ?? message;
}

function fastifyCode(error: unknown): string | undefined {
  const { code } = (error ?? {}) as { code?: unknown };
  return typeof code === 'string' ? code : undefined;
}

const FASTIFY_DETAILS: Record<string, string> = {
  FST_ERR_CTP_BODY_TOO_LARGE: 'the body has more bytes than this endpoint takes',
  FST_ERR_CTP_INVALID_MEDIA_TYPE: 'the body must be JSON, with content-type: application/json',
  FST_ERR_BAD_URL: 'the path is not percent-encoded UTF-8',
};
