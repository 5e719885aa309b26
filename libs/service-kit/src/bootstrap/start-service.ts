/**
 * Starts a service: logs, HTTP server, modules, then listening. Nothing here touches the process (signals, exit codes);
 * that is `runService`, so that a service can run inside a test or a process of a team's own.
 *
 * Order of closing: readiness answers 503; `onModuleDestroy` (loops end); `beforeApplicationShutdown` (sessions are
 * drained; HTTP and Redis still work; sockets that were upgraded must be closed here, or the next step waits for them);
 * the HTTP server answers what is under way and closes; `onApplicationShutdown` (Redis is closed).
 */
import type { AddressInfo } from 'node:net';
import { type DynamicModule, Logger, type Type } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { Readiness } from '../health/readiness.js';
import { type AllowedOrigins, allowOrigins } from '../http/allow-origins.js';
import { honourBodyLimits } from '../http/body-limit.js';
import { fastifyAdapter } from '../http/fastify.js';
import { acceptJsonBodies } from '../http/json-bodies.js';
import { timeRequests } from '../http/time-requests.js';
import { createLogger, ServiceLogger } from '../logging/logger.js';
import { Metrics } from '../metrics/metrics.js';
import type { Settings } from '../settings/table.js';
import { StartError } from './start-error.js';

export interface ServiceOptions {
  readonly name: string;
  /** Imports `ServiceModule`. */
  readonly module: Type | DynamicModule;
  readonly settings: Pick<Settings, 'host' | 'logLevel'>;
  readonly port: number;
  /** Web pages that may call this service over HTTP, and what of it. Default: none. */
  readonly cors?: AllowedOrigins;
  /** Last touches before it listens: a WebSocket adapter, documents to serve. */
  readonly prepare?: (app: NestFastifyApplication) => void | Promise<void>;
  /** How long `close` may take before `runService` ends the process regardless. Default 10 s. */
  readonly closeWithinMs?: number;
}

export interface RunningService {
  /** `http://host:port`, with the port it got where 0 was asked for. */
  readonly url: string;
  readonly app: NestFastifyApplication;
  readonly closeWithinMs: number;
  /** Drains and stops; resolves when nothing of it is left. May be called again. */
  close(): Promise<void>;
}

const CLOSE_WITHIN_MS = 10_000;

/** @throws StartError for what an operator can mend: settings, Redis, a port in use */
export async function startService(options: ServiceOptions): Promise<RunningService> {
  const logger = new ServiceLogger(createLogger(options.name, options.settings.logLevel));
  const app = await NestFactory.create<NestFastifyApplication>(options.module, fastifyAdapter(), {
    logger,
    abortOnError: false,
    bodyParser: false,
  });
  try {
    acceptJsonBodies(app.getHttpAdapter().getInstance());
    honourBodyLimits(app.getHttpAdapter().getInstance());
    const logsRequests = ['debug', 'trace'].includes(options.settings.logLevel);
    timeRequests(app.getHttpAdapter().getInstance(), app.get(Metrics), logsRequests);
    if (options.cors && options.cors.origins.length > 0) allowOrigins(app, options.cors);
    await options.prepare?.(app);
    await listen(app, options);
  } catch (error) {
    await app.close().catch(() => undefined); // the error below is the one that matters
    throw error;
  }
  const url = urlOf(app, options.settings.host);
  new Logger('Service').log({ msg: `${options.name} listens`, url });
  return { url, app, closeWithinMs: options.closeWithinMs ?? CLOSE_WITHIN_MS, close: closeOnce(app) };
}

function closeOnce(app: NestFastifyApplication): () => Promise<void> {
  let closing: Promise<void> | undefined;
  return () => {
    app.get(Readiness).drain();
    return (closing ??= app.close());
  };
}

/** Connections that may wait to be accepted: Node's 511 would have a storm of them repeat themselves after seconds. */
const BACKLOG = 4096;

async function listen(app: NestFastifyApplication, { port, settings: { host } }: ServiceOptions): Promise<void> {
  try {
    await app.listen({ port, host, backlog: BACKLOG });
  } catch (error) {
    const { code } = error as { code?: string };
    if (code === 'EADDRINUSE') throw new StartError(`port ${port} on ${host} is in use`, { cause: error });
    if (code === 'EACCES') throw new StartError(`port ${port} on ${host} needs more rights`, { cause: error });
    if (code === 'EADDRNOTAVAIL' || code === 'ENOTFOUND') {
      throw new StartError(`FANFARE_HOST: this machine has no address ${host}`, { cause: error });
    }
    throw error;
  }
}

function urlOf(app: NestFastifyApplication, host: string): string {
  const { port } = app.getHttpServer().address() as AddressInfo;
  return `http://${host.includes(':') ? `[${host}]` : host}:${port}`;
}
