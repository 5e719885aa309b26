/**
 * Fanfare as it is deployed: all services as processes, one Redis with AOF `always`, a user with a device for each session,
 * so that acknowledgements are stored. Published through the library that the api publishes with, so that the load costs
 * little; only the gateway's CPU counts.
 */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Memberships } from '@fanfare/groups';
import { connectRedis, Keyspace, ScriptCaller } from '@fanfare/redis-scripts';
import { newCredentials, signToken, startFanfare, startRedis } from '@fanfare/testing';
import { Publisher } from '@fanfare/timelines';
import { pin, SERVER_CORE } from '../cores.js';
import { NativeLoad } from '../native/native-load.js';
import type { Contender, Stage } from './contender.js';

export const FANFARE = 'Fanfare';
/** As where the gateway was built without a C compiler. */
export const ONE_BY_ONE = 'Fanfare, without native writes';
const [APP, GROUP] = ['default', 'bench'];
const PARTITIONS = 256;
/** The defaults of FANFARE_RETENTION_*. */
const RETENTION = { userMessages: 1000, sharedMessages: 10_000, ageMs: 30 * 24 * 3600 * 1000 };
const TOKEN_SECONDS = 24 * 3600;

/** @param env more settings of all services */
export async function startFanfareContender(
  stage: Stage,
  env: Record<string, string> = {},
  name = FANFARE,
): Promise<Contender> {
  const redis = await startRedis({ mode: 'single', appendonly: 'always' });
  const credentials = newCredentials();
  const fanfare = await startFanfare({
    redis,
    credentials,
    env: { LOG_LEVEL: 'warn', FANFARE_DRAIN_SECONDS: '0', ...env },
  });
  const connection = await connectRedis(redis.url);
  const scripts = new ScriptCaller(connection, { deadlineMs: 60_000 });
  const keys = new Keyspace(APP, PARTITIONS);
  const users = Array.from({ length: stage.sessions }, (_, index) => `user-${index}`);
  await new Memberships(scripts, keys).join(GROUP, users);
  const [gateway] = fanfare.gateways;
  if (gateway?.pid === undefined) throw new Error('there is no gateway');
  pin(gateway.pid, SERVER_CORE);
  const firstFrames = join(stage.folder, 'fanfare-connects');
  writeFileSync(firstFrames, connectFrames(users, credentials.tokenSecret));
  const open = {
    port: gateway.port,
    path: '/v1/connect',
    sessions: stage.sessions,
    kind: 'fanfare' as const,
    firstFrames,
  };
  const load = await NativeLoad.start(open);
  const publisher = new Publisher(scripts, keys, RETENTION);
  return {
    name,
    durability: 'kept until read, AOF always; acks stored',
    pid: gateway.pid,
    load,
    publish: (messages) =>
      Promise.all(messages.map(({ value }) => publisher.publish({ to: { group: GROUP }, payload: value }))),
    stop: async () => {
      load.stop();
      scripts.close();
      connection.close();
      await fanfare.stop();
      await redis.stop();
    },
  };
}

/** A line for each. */
function connectFrames(users: readonly string[], secret: string): string {
  const exp = Math.floor(Date.now() / 1000) + TOKEN_SECONDS;
  const frames = users.map((user) => {
    const token = signToken({ claims: { sub: user, app: APP, exp }, secret });
    return JSON.stringify({ event: 'connect', data: { token, device: 'bench' } });
  });
  return `${frames.join('\n')}\n`;
}
