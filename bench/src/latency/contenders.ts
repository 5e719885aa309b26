/** What is measured: a server with its users connected, a Redis of its own, and a process that publishes to it. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  type AppendOnly,
  newCredentials,
  signToken,
  startFanfare,
  startRedis,
  type ThrowawayRedis,
} from '@fanfare/testing';
import { onAllCores, pin, SERVER_CORE } from '../cores.js';
import { Children } from '../load/children.js';
import { NativeLoad } from '../native/native-load.js';
import { startPeer } from '../peers/peer-process.js';
import { RedisStats } from '../redis-stats.js';
import { type FromScheduled, type Kept, type Schedule, type ToScheduled, userName } from './schedule.js';

export interface Contender {
  readonly name: 'Fanfare' | 'Socket.IO';
  readonly aof: AppendOnly;
  /** Of the server that holds the sessions. */
  readonly pid: number;
  readonly stats: RedisStats;
  readonly load: NativeLoad;
  publish(schedule: Schedule): Promise<Kept>;
  stop(): Promise<void>;
}

const PUBLISHER = new URL('./publisher-process.js', import.meta.url);
const TOKEN_SECONDS = 24 * 3600;

/**
 * Both have the settings of Redis that Fanfare is deployed with. It runs beside the server: with publisher and clients, which take
 * half a core by themselves, one core would be the limit and not what is measured.
 */
async function redisWith(aof: AppendOnly): Promise<ThrowawayRedis> {
  const redis = await startRedis({ mode: 'single', appendonly: aof, args: ['--auto-aof-rewrite-percentage', '0'] });
  for (const { pid } of redis.servers) if (pid !== undefined) pin(pid, SERVER_CORE);
  return redis;
}

/** The gateway has the core of servers; services that no message passes through are left out. */
export async function startFanfareContender(aof: AppendOnly, users: number, folder: string): Promise<Contender> {
  const redis = await redisWith(aof);
  const credentials = newCredentials();
  const env = { LOG_LEVEL: 'warn', FANFARE_DRAIN_SECONDS: '0' };
  const others = { apis: 0, presences: 0, workers: 0, memberships: 0 };
  const fanfare = await onAllCores(() => startFanfare({ redis, credentials, ...others, env }));
  const [gateway] = fanfare.gateways;
  if (gateway?.pid === undefined) throw new Error('there is no gateway');
  pin(gateway.pid, SERVER_CORE);
  const firstFrames = join(folder, `fanfare-${aof}`);
  writeFileSync(
    firstFrames,
    lines(users, (user) => connectFrame(user, credentials.tokenSecret)),
  );
  const open = { port: gateway.port, path: '/v1/connect', sessions: users, kind: 'fanfare' as const };
  const load = await NativeLoad.start({ ...open, firstFrames, napMicros: 0 });
  const publisher = publisherOf('fanfare', redis.port);
  const stats = new RedisStats(redis.port);
  const stop = async (): Promise<void> => {
    publisher.stop();
    load.stop();
    stats.close();
    await fanfare.stop();
    await redis.stop();
  };
  return { name: 'Fanfare', aof, pid: gateway.pid, stats, load, publish: publisher.publish, stop };
}

export async function startSocketIoContender(aof: AppendOnly, users: number, folder: string): Promise<Contender> {
  const redis = await redisWith(aof);
  const server = await startPeer('../latency/socket-io-server.js', [String(redis.port)]);
  pin(server.pid, SERVER_CORE);
  const firstFrames = join(folder, `socket-io-${aof}`);
  writeFileSync(
    firstFrames,
    lines(users, (user) => `40${JSON.stringify({ user })}`),
  );
  const path = '/socket.io/?EIO=4&transport=websocket';
  const open = { port: server.port, path, sessions: users, kind: 'socketio' as const };
  const load = await NativeLoad.start({ ...open, firstFrames, napMicros: 0 });
  const publisher = publisherOf('socket.io', redis.port);
  const stats = new RedisStats(redis.port);
  const stop = async (): Promise<void> => {
    publisher.stop();
    load.stop();
    stats.close();
    await server.stop();
    await redis.stop();
  };
  return { name: 'Socket.IO', aof, pid: server.pid, stats, load, publish: publisher.publish, stop };
}

function publisherOf(kind: 'fanfare' | 'socket.io', redisPort: number): Pick<Contender, 'publish'> & { stop(): void } {
  const children = Children.start<ToScheduled, FromScheduled>(PUBLISHER, 1, [kind, String(redisPort)]);
  return {
    publish: async (schedule) => {
      const [kept] = await children.ask<'kept', Kept>('kept', () => ({ schedule }));
      if (!kept) throw new Error('a publisher answered nothing');
      return kept;
    },
    stop: () => children.stop(),
  };
}

function connectFrame(user: string, secret: string): string {
  const exp = Math.floor(Date.now() / 1000) + TOKEN_SECONDS;
  const token = signToken({ claims: { sub: user, app: 'default', exp }, secret });
  return JSON.stringify({ event: 'connect', data: { token, device: 'bench' } });
}

const lines = (users: number, of: (user: string) => string): string =>
  Array.from({ length: users }, (_, index) => `${of(userName(index))}\n`).join('');
