/** Makes an HTTP application hybrid: its controllers' patterns are served by the transport, too. */
import type { INestApplication } from '@nestjs/common';
import { NestMicroservice } from '@nestjs/microservices';
import type { RedisTransportServer } from './redis-transport-server.js';
import { RpcErrorFilter } from './rpc-error.filter.js';

/**
 * Resolves when requests are being read. It closes with the application, after the HTTP server and before
 * `onApplicationShutdown`.
 */
export async function connectTransport(app: INestApplication, server: RedisTransportServer): Promise<void> {
  await app.init(); // nothing is handled before everything is there
  const microservice = app.connectMicroservice({ strategy: server }, { deferInitialization: true });
  if (!(microservice instanceof NestMicroservice)) throw new TypeError('Nest made no microservice');
  microservice.useGlobalFilters(new RpcErrorFilter()); // has to come before the handlers are made
  microservice.registerListeners();
  microservice.setIsInitialized(true);
  microservice.setIsInitHookCalled(true);
  await microservice.listen();
}
