/** A limit of its own for the body of one handler: `@BodyLimit(bytes)`. All others keep the service's. */
import { RouteConfig } from '@nestjs/platform-fastify';
import type { FastifyInstance } from 'fastify';

interface LimitedRoute {
  readonly bodyLimitBytes?: number;
}

export const BodyLimit = (bodyLimitBytes: number): MethodDecorator =>
  RouteConfig({ bodyLimitBytes } satisfies LimitedRoute);

/** To be called before routes are made. */
export function honourBodyLimits(fastify: FastifyInstance): void {
  fastify.addHook('onRoute', (route) => {
    const { bodyLimitBytes } = (route.config ?? {}) as LimitedRoute;
    if (bodyLimitBytes !== undefined) route.bodyLimit = bodyLimitBytes;
  });
}
