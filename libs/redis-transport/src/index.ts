/**
 * The transport between services: Nest's microservice strategy and client, over Redis.
 *
 * - `RedisTransportServer`: the strategy; `connectTransport(app, server)` adds it to an HTTP application.
 * - `RedisTransportClient`: a `ClientProxy`; `request` and `publishEvent` use it by contract.
 * - `@Answers(contract)` and `@ListensTo(contract)` mark handlers; Nest's own `@MessagePattern` and `@EventPattern` do too.
 */
export { RedisTransportServer, REDIS_TRANSPORT, type RedisTransportServerOptions } from './redis-transport-server.js';
export { RedisTransportClient, type RedisTransportClientOptions } from './redis-transport-client.js';
export { RedisTransportContext, type MessageFacts } from './redis-transport.context.js';
export { RedisRecord, type RedisRecordOptions } from './redis-record.js';
export type { RedisTransportOptions } from './options.js';
export type { EventDelivery } from './event-delivery.js';
export type { Observe, Outcome } from './outcomes.js';
export { RpcErrorFilter } from './rpc-error.filter.js';
export { RpcOverloadError, RpcTimeoutError, RpcUnknownPatternError } from './rpc-errors.js';
export { Announcements, type AnnouncementOutcome, type AnnouncementsOptions } from './announcements.js';
export { connectTransport } from './connect-transport.js';
export {
  Answers,
  ContractPipe,
  ListensTo,
  publishEvent,
  request,
  type DataOf,
  type ReplyOf,
  type RequestOf,
} from './contracts.js';
