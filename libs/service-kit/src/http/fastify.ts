/**
 * The HTTP server of a service. What Fastify refuses before a route is found is answered with a problem document too:
 * URLs that can't be decoded, and bytes that are no HTTP.
 */
import type { Socket } from 'node:net';
import { limits, Problem } from '@fanfare/contracts';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import type { ConnectionError, FastifyError, FastifyReply, FastifyRequest } from 'fastify';
import { PROBLEM_TYPE, sendProblem } from './problem.filter.js';
import { toProblem } from './to-problem.js';

/** Longer than any request line that Node accepts, so that an id that is too long is told so and is not "not found". */
const MAX_PARAM_LENGTH = 32_768;
/** A request has to be there as a whole by then. */
const REQUEST_TIMEOUT_MS = 30_000;

export function fastifyAdapter(): FastifyAdapter {
  return new FastifyAdapter({
    logger: false,
    bodyLimit: limits.bodyBytes,
    requestTimeout: REQUEST_TIMEOUT_MS,
    // While closing, what still comes over an open connection is served, and the connection closed after it.
    return503OnClosing: false,
    routerOptions: { maxParamLength: MAX_PARAM_LENGTH },
    frameworkErrors: (error: FastifyError, _request: FastifyRequest, reply: FastifyReply) =>
      sendProblem(reply, toProblem(error)),
    clientErrorHandler: refuse,
  });
}

function refuse(error: ConnectionError, socket: Socket): void {
  if (error.code === 'ECONNRESET' || !socket.writable) return void socket.destroy();
  const problem = new Problem('bad_request', 'this is not HTTP, or its headers are too large, or it came too slowly');
  const body = JSON.stringify(problem.toDocument());
  const head = `HTTP/1.1 400 Bad Request\r\nContent-Type: ${PROBLEM_TYPE}\r\nContent-Length: ${Buffer.byteLength(body)}`;
  socket.end(`${head}\r\nConnection: close\r\n\r\n${body}`);
}
