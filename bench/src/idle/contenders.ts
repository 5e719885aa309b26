/** What holds the sessions: Fanfare's gateway, and what a team would write itself. Each a fresh process every round. */
import { Emitter } from '@socket.io/redis-emitter';
import { ApiClient, freePort, startService } from '@fanfare/testing';
import { Redis } from 'ioredis';
import type { Dialect } from '../load/dialects.js';
import { startPeer } from '../peers/start-peer.js';

export interface Surroundings {
  readonly redisUrl: string;
  readonly redisPort: number;
  readonly tokenSecret: string;
  readonly apiUrl: string;
  readonly adminKey: string;
}

export interface Running {
  readonly port: number;
  readonly pid: number;
  /** Of its inspector, which all of them have. */
  readonly inspectorPort: number;
  /** One message to each of the groups. */
  publish(groups: readonly string[], body: unknown): Promise<void>;
  stop(): Promise<void>;
}

export interface Contender {
  readonly name: string;
  readonly dialect: Dialect;
  start(surroundings: Surroundings): Promise<Running>;
}

const inspect = (port: number): string => `--inspect=127.0.0.1:${port}`;

async function fanfare({ redisUrl, tokenSecret, apiUrl, adminKey }: Surroundings): Promise<Running> {
  const inspectorPort = await freePort();
  const env = {
    FANFARE_REDIS_URL: redisUrl,
    FANFARE_TOKEN_SECRET: tokenSecret,
    FANFARE_DRAIN_SECONDS: '0',
    LOG_LEVEL: 'warn',
    NODE_OPTIONS: inspect(inspectorPort),
  };
  const gateway = await startService('push-gateway', env);
  const api = new ApiClient(apiUrl, adminKey);
  return {
    port: gateway.port,
    pid: gateway.pid ?? 0,
    inspectorPort,
    publish: async (groups, payload) => {
      for (const group of groups) {
        const { status } = await api.publish({ to: { group }, payload });
        if (status !== 202) throw new Error(`a message was answered with ${status}`);
      }
    },
    stop: () => gateway.stop(),
  };
}

async function peer(
  script: string,
  { redisPort, tokenSecret }: Surroundings,
  publish: (redis: Redis, group: string, body: unknown) => Promise<unknown> | void,
): Promise<Running> {
  const inspectorPort = await freePort();
  const process = await startPeer(script, { redisPort, tokenSecret }, [inspect(inspectorPort)]);
  const redis = new Redis({ host: '127.0.0.1', port: redisPort });
  return {
    port: process.port,
    pid: process.pid,
    inspectorPort,
    publish: async (groups, body) => {
      for (const group of groups) await publish(redis, group, body);
      await redis.ping();
    },
    stop: async () => {
      redis.disconnect();
      await process.stop();
    },
  };
}

export const CONTENDERS: readonly Contender[] = [
  { name: 'Fanfare', dialect: 'fanfare', start: fanfare },
  {
    name: '`ws` with a Redis subscriber',
    dialect: 'ws',
    start: (surroundings) =>
      peer('./ws-rooms.js', surroundings, (redis, group, body) => redis.publish(group, JSON.stringify(body))),
  },
  {
    name: 'Socket.IO with its Redis adapter',
    dialect: 'socket.io',
    start: (surroundings) =>
      peer('./socket-io-rooms.js', surroundings, (redis, group, body) => {
        new Emitter(redis).to(group).emit('message', body);
      }),
  },
];
