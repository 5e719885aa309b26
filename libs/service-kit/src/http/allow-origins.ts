/**
 * CORS: lets pages of some origins call some paths with credentials that they hold themselves (a bearer token; never a
 * cookie). Pages of other origins, and all other paths, get no CORS header at all, so the browser keeps the answer back
 * and sends nothing that needs a preflight.
 */
import type { INestApplication } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';

export interface AllowedOrigins {
  /** As browsers send them; `*` for all. */
  readonly origins: readonly string[];
  /** What paths begin with that these may call. */
  readonly paths: string;
}

interface CorsOptions {
  readonly origin: boolean;
  readonly methods?: string[];
  readonly allowedHeaders?: string[];
  readonly exposedHeaders?: string[];
  readonly maxAge?: number;
}

/** For how long a browser need not ask again. */
const MAX_AGE_SECONDS = 600;
const refused: CorsOptions = { origin: false };
const allowed: CorsOptions = {
  origin: true,
  methods: ['GET', 'HEAD', 'POST'],
  allowedHeaders: ['authorization', 'content-type'],
  exposedHeaders: ['retry-after'],
  maxAge: MAX_AGE_SECONDS,
};

export function allowOrigins(app: INestApplication, { origins, paths }: AllowedOrigins): void {
  const known = new Set(origins);
  const isAllowed = ({ url, headers: { origin } }: FastifyRequest): boolean =>
    origin !== undefined && url.startsWith(paths) && (known.has('*') || known.has(origin));
  // The text of the URL, because a preflight has no route; one that is spelled otherwise is refused.
  app.enableCors((request: FastifyRequest, callback: (error: null, options: CorsOptions) => void) =>
    callback(null, isAllowed(request) ? allowed : refused),
  );
}
