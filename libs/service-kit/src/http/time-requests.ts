/** Times every request for the metrics and, where wanted, logs each. Ids of customers stay out of both. */
import { Logger } from '@nestjs/common';
import type { FastifyInstance } from 'fastify';
import type { Metrics } from '../metrics/metrics.js';

export function timeRequests(fastify: FastifyInstance, metrics: Metrics, logsEach: boolean): void {
  const logger = new Logger('Http');
  fastify.addHook('onResponse', (request, reply, done) => {
    const route = request.routeOptions.url ?? 'unknown';
    metrics.onRequest(request.method, route, reply.statusCode, reply.elapsedTime);
    if (logsEach) {
      logger.debug({ msg: 'request', method: request.method, route, status: reply.statusCode, ms: reply.elapsedTime });
    }
    done();
  });
}
