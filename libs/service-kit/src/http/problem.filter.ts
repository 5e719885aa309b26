/**
 * Answers every error of an HTTP request with a problem document (RFC 9457). Faults of ours are logged with their cause;
 * a Redis that can't be reached is logged once a second at most, because then every request fails.
 */
import { Problem, type ProblemCode } from '@fanfare/contracts';
import { type ArgumentsHost, Catch, type ExceptionFilter, Logger } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { toProblem } from './to-problem.js';

export const PROBLEM_TYPE = 'application/problem+json';
const QUIET_MS = 1000;

@Catch()
export class ProblemFilter implements ExceptionFilter {
  private readonly logger = new Logger('Http');
  private readonly loggedAt = new Map<ProblemCode, number>();

  catch(error: unknown, host: ArgumentsHost): void {
    if (host.getType() !== 'http') return this.logger.error(error); // other edges have filters of their own
    const reply = host.switchToHttp().getResponse<FastifyReply>();
    const problem = toProblem(error);
    if (problem.status >= 500) this.log(problem, host.switchToHttp().getRequest<FastifyRequest>());
    if (!reply.sent && !reply.raw.headersSent) sendProblem(reply, problem);
  }

  private log(problem: Problem, request: FastifyRequest): void {
    const fields = { method: request.method, route: request.routeOptions?.url, code: problem.code };
    if (problem.code === 'internal')
      return this.logger.error({ ...fields, msg: 'a request failed', err: problem.cause ?? problem });
    const now = Date.now();
    if (now - (this.loggedAt.get(problem.code) ?? 0) < QUIET_MS) return;
    this.loggedAt.set(problem.code, now);
    this.logger.warn({
      ...fields,
      msg: `requests fail: ${(problem.cause as Error | undefined)?.message ?? problem.message}`,
    });
  }
}

export function sendProblem(reply: FastifyReply, problem: Problem): void {
  if (problem.retryAfter !== undefined) void reply.header('retry-after', String(problem.retryAfter));
  if (problem.code === 'unauthorized') void reply.header('www-authenticate', 'Bearer');
  void reply.code(problem.status).type(PROBLEM_TYPE).send(JSON.stringify(problem.toDocument()));
}
