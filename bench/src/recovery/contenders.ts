/** What the sessions come back to: Fanfare's gateway, and Socket.IO. Each a fresh process, with a Redis of its own. */
import { Memberships } from '@fanfare/groups';
import { connectRedis, Keyspace, ScriptCaller } from '@fanfare/redis-scripts';
import { ApiClient, newCredentials, startService } from '@fanfare/testing';
import { scrape } from '../load/metrics.js';
import { startPeer } from '../peers/start-peer.js';

export interface Running {
  readonly port: number;
  readonly pid: number;
  readonly tokenSecret: string;
  /** So many messages to each of the groups, one after the other in each. */
  publish(groups: readonly string[], count: number): Promise<void>;
  sessions(): Promise<number>;
  stop(): Promise<void>;
}

export interface Contender {
  readonly name: string;
  readonly kind: 'fanfare' | 'socket.io';
  readonly acknowledges: boolean;
  start(
    redis: { readonly url: string; readonly port: number },
    users: readonly string[],
    groups: readonly string[],
  ): Promise<Running>;
}

const PARTITIONS = 256;
const BATCH = 100;
/** With it a payload has about 75 bytes. */
const TEXT = 'x'.repeat(60);

const startFanfare: Contender['start'] = async ({ url }, users, groups) => {
  const { adminKey, tokenSecret } = newCredentials();
  const env = {
    FANFARE_REDIS_URL: url,
    FANFARE_ADMIN_KEY: adminKey,
    FANFARE_TOKEN_SECRET: tokenSecret,
    FANFARE_DRAIN_SECONDS: '0',
    LOG_LEVEL: 'warn',
  };
  const api = await startService('api', env);
  const gateway = await startService('push-gateway', env);
  const connection = await connectRedis(url);
  const scripts = new ScriptCaller(connection, { deadlineMs: 60_000 });
  const memberships = new Memberships(scripts, new Keyspace('default', PARTITIONS));
  for (const group of groups) await memberships.join(group, users);
  scripts.close();
  connection.close();
  const client = new ApiClient(api.url, adminKey);
  return {
    port: gateway.port,
    pid: gateway.pid ?? 0,
    tokenSecret,
    publish: async (to, count) => {
      const all = Array.from({ length: count }, (_, n) =>
        to.map((group) => ({ to: { group }, payload: { n, text: TEXT } })),
      );
      for (let rest = all.flat(); rest.length > 0; rest = rest.slice(BATCH)) {
        const { status } = await client.batch(rest.slice(0, BATCH));
        if (status !== 200) throw new Error(`messages were answered with ${status}`);
      }
    },
    sessions: async () => (await scrape(gateway.url))('fanfare_gateway_sessions'),
    stop: async () => {
      await gateway.stop();
      await api.stop();
    },
  };
};

const startSocketIo: Contender['start'] = async ({ port: redisPort }) => {
  const tokenSecret = newCredentials().tokenSecret;
  const peer = await startPeer('./socket-io-recovery.js', { redisPort, tokenSecret });
  const url = `http://127.0.0.1:${peer.port}`;
  return {
    port: peer.port,
    pid: peer.pid,
    tokenSecret,
    publish: async (to, count) => {
      for (const room of to) await (await fetch(`${url}/emit?room=${room}&count=${count}&text=${TEXT}`)).text();
    },
    sessions: async () => Number(await (await fetch(`${url}/sessions`)).text()),
    stop: () => peer.stop(),
  };
};

export const CONTENDERS: readonly Contender[] = [
  { name: 'Fanfare', kind: 'fanfare', acknowledges: false, start: startFanfare },
  { name: 'Fanfare, with devices that acknowledge', kind: 'fanfare', acknowledges: true, start: startFanfare },
  { name: 'Socket.IO, Redis Streams adapter', kind: 'socket.io', acknowledges: false, start: startSocketIo },
];
