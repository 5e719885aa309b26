/** What the specs here stand on: a Redis of their own, and services of the transport in this process. */
import { connectRedis, type RedisConnection, TransportKeys } from '@fanfare/redis-scripts';
import { startRedis, type ThrowawayRedis } from '@fanfare/testing';
import type { INestMicroservice, Type } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import type { Redis } from 'ioredis';
import type { Outcome } from './outcomes.js';
import { RedisTransportClient, type RedisTransportClientOptions } from './redis-transport-client.js';
import { RedisTransportServer, type RedisTransportServerOptions } from './redis-transport-server.js';
import { RpcErrorFilter } from './rpc-error.filter.js';

export interface Replica {
  readonly server: RedisTransportServer;
  readonly connection: RedisConnection;
  readonly microservice: INestMicroservice;
  /** How often each outcome was told. */
  readonly counts: Map<Outcome, number>;
}

export interface World {
  redis: ThrowawayRedis;
  /** A plain connection, to look at what is stored and to do what the transport never does. */
  admin: Redis;
  app: string;
  keys: TransportKeys;
  start(controller: Type, options?: Partial<RedisTransportServerOptions>): Promise<Replica>;
  client(options?: RedisTransportClientOptions): RedisTransportClient;
}

let apps = 0;

export function transportWorld(mode: 'single' | 'cluster'): World {
  const world = {} as World;
  let endings: (() => Promise<void> | void)[] = [];

  beforeAll(async () => {
    world.redis = await startRedis({ mode });
    const [server] = world.redis.servers;
    if (!server) throw new Error('a started Redis has a server');
    world.admin = server.connection();
  });
  beforeEach(() => {
    world.app = `app${(apps += 1)}`;
    world.keys = new TransportKeys(world.app);
  });
  afterEach(async () => {
    await Promise.all(endings.map(async (end) => end()));
    endings = [];
  });
  afterAll(async () => {
    world.admin.disconnect();
    await world.redis.stop();
  });

  world.client = (options = {}) => {
    const client = new RedisTransportClient({ url: world.redis.url, app: world.app, ...options });
    endings.push(() => client.close());
    return client;
  };
  world.start = async (controller, options = {}) => {
    const replica = await startReplica(world, controller, options);
    endings.push(async () => {
      await replica.microservice.close();
      replica.connection.close();
    });
    return replica;
  };
  return world;
}

async function startReplica(
  { redis, app }: World,
  controller: Type,
  options: Partial<RedisTransportServerOptions>,
): Promise<Replica> {
  const counts = new Map<Outcome, number>();
  const connection = await connectRedis(redis.url);
  const observe = (outcome: Outcome): void => void counts.set(outcome, (counts.get(outcome) ?? 0) + 1);
  const server = new RedisTransportServer({
    ...{ connection, app, service: 'shop', claimAfterMs: 1000, closeWithinMs: 2000, observe },
    ...options,
  });
  class ShopModule {}
  const module = { module: ShopModule, controllers: [controller] };
  const microservice = await NestFactory.createMicroservice(module, { strategy: server, logger: false });
  microservice.useGlobalFilters(new RpcErrorFilter());
  try {
    await microservice.listen();
  } catch (error) {
    connection.close();
    throw error;
  }
  return { server, connection, microservice, counts };
}

/** As a process that was killed: whatever it holds stays with it, nothing is said to anybody. */
export function abandon({ connection, server }: Replica): void {
  (server as unknown as { reader: { close(): void } }).reader.close();
  connection.close();
}
