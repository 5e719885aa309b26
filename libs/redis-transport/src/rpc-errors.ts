/**
 * What a call may fail with, and how failures travel. Each has a stable code; contracts' Problem travels as its document
 * and arrives as a Problem, Nest's RpcException as what it holds. Of anything else the caller learns only that something
 * went wrong, so that nothing of the inside leaks.
 */
import { Problem, type ProblemCode, type ProblemDetail, problemStatus } from '@fanfare/contracts';
import { TimeoutError, UnavailableError } from '@fanfare/redis-scripts';
import { RpcException } from '@nestjs/microservices';

/** No answer by the deadline: nobody is there, or too slow. What was asked may have been done, or be done still. */
export class RpcTimeoutError extends Problem {
  override readonly name = 'RpcTimeoutError';

  constructor(
    readonly pattern: string,
    readonly deadlineMs: number,
  ) {
    super('timeout', `${pattern} was not answered within ${deadlineMs} ms`, { retryAfter: 1 });
  }
}

/** A replica of the service answers that it does not know the pattern. */
export class RpcUnknownPatternError extends Problem {
  override readonly name = 'RpcUnknownPatternError';

  constructor(readonly pattern: string) {
    super('unavailable', `nothing handles ${pattern.slice(0, 200)}`, { retryAfter: 1 });
  }
}

/** This process waits for too many answers already; nothing was sent. */
export class RpcOverloadError extends Problem {
  override readonly name = 'RpcOverloadError';

  constructor(readonly pattern: string) {
    super('unavailable', `too many calls wait for an answer; ${pattern} was not sent`, { retryAfter: 1 });
  }
}

export type WireError =
  | { kind: 'problem'; code: ProblemCode; detail: string; errors?: readonly ProblemDetail[]; retryAfter?: number }
  | { kind: 'pattern'; pattern: string }
  | { kind: 'exception'; error: string | object };

export function encodeError(error: unknown): WireError {
  if (error instanceof RpcUnknownPatternError) return { kind: 'pattern', pattern: error.pattern };
  if (error instanceof Problem) return encodeProblem(error);
  if (error instanceof RpcException) return { kind: 'exception', error: error.getError() };
  if (error instanceof UnavailableError)
    return encodeProblem(new Problem('unavailable', 'Redis cannot do this now; try again', { retryAfter: 1 }));
  if (error instanceof TimeoutError)
    return encodeProblem(new Problem('timeout', 'Redis did not answer in time; what was asked may have been done'));
  // What Nest's own exception handler made of an error already.
  if (isPlain(error)) return { kind: 'exception', error };
  return encodeProblem(new Problem('internal', 'the fault is on the side of the service; its log says more'));
}

/** Whether the caller is told nothing of it, so that the service's log has to. */
export function isUnexpected(error: unknown): boolean {
  return encodeErrorKind(error) === 'internal';
}

function encodeErrorKind(error: unknown): string {
  const wire = encodeError(error);
  return wire.kind === 'problem' ? wire.code : wire.kind;
}

function encodeProblem({ code, message, errors, retryAfter }: Problem): WireError {
  return {
    kind: 'problem',
    code,
    detail: message,
    ...(errors && { errors }),
    ...(retryAfter !== undefined && { retryAfter }),
  };
}

/** A code that this version does not know is a fault of the other side. */
export function decodeError(value: unknown): Error {
  const wire = (isPlain(value) ? value : {}) as Partial<Record<string, unknown>>;
  if (wire['kind'] === 'pattern') return new RpcUnknownPatternError(String(wire['pattern']));
  if (wire['kind'] === 'exception') return new RpcException(wire['error'] ?? '');
  const code = String(wire['code']);
  if (!Object.hasOwn(problemStatus, code)) return new Problem('internal', 'the service failed in an unknown way');
  const { detail, errors, retryAfter } = wire as { detail?: unknown; errors?: ProblemDetail[]; retryAfter?: unknown };
  return new Problem(code as ProblemCode, typeof detail === 'string' ? detail : '', {
    ...(Array.isArray(errors) && { errors }),
    ...(typeof retryAfter === 'number' && { retryAfter }),
  });
}

function isPlain(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !(value instanceof Error);
}
