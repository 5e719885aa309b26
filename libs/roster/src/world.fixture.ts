/** What the specs here stand on: a Redis of their own, in cluster mode if nothing else is asked for, and for each test an app that no other test uses. */
import { connectRedis, Keyspace, type RedisConnection, ScriptCaller, timelineAppend } from '@fanfare/redis-scripts';
import { type RedisServer, startRedis, type ThrowawayRedis } from '@fanfare/testing';
import { Presence } from './presence.js';
import { type Opened, type OpenRequest, SessionRegistry } from './session-registry.js';
import { Settler } from './settler.js';

export interface World {
  redis: ThrowawayRedis;
  /** A plain connection, to look at what is stored and to do what Fanfare never does. */
  admin: ReturnType<RedisServer['connection']>;
  connection: RedisConnection;
  scripts: ScriptCaller;
  /** Names of the scripts that were called, in the order of their ends. */
  called: string[];
  keys: Keyspace;
  registry: SessionRegistry;
  presence: Presence;
  settler: Settler;
}

const PARTITIONS = 8;
const STATE_MS = 3_600_000;
let apps = 0;

export function redisWorld(mode: 'single' | 'cluster' = 'cluster'): World {
  const world = { called: [] as string[] } as World;
  beforeAll(async () => {
    world.redis = await startRedis({ mode });
    const [server] = world.redis.servers;
    if (!server) throw new Error('a started Redis has a server');
    world.admin = server.connection();
    world.connection = await connectRedis(world.redis.url);
    world.scripts = new ScriptCaller(world.connection, { observe: (script) => void world.called.push(script) });
  });
  beforeEach(() => {
    world.keys = new Keyspace(`app${(apps += 1)}`, PARTITIONS);
    world.registry = new SessionRegistry(world.scripts, world.keys, STATE_MS);
    world.presence = new Presence(world.scripts, world.keys);
    world.settler = new Settler(world.scripts, world.keys);
    world.called.length = 0;
  });
  afterAll(async () => {
    world.scripts.close();
    world.connection.close();
    world.admin.disconnect();
    await world.redis.stop();
  });
  return world;
}

/** Opens a session of user `a` on node `n1`, unless it is said otherwise. */
export async function open({ registry }: World, session: string, request: Partial<OpenRequest> = {}): Promise<Opened> {
  const opened = await registry.open({
    user: 'a',
    node: 'n1',
    device: '',
    resume: '',
    limit: 100,
    ...request,
    session,
  });
  if (opened.status !== 'OK') throw new Error(`the session was refused: ${opened.status}`);
  return opened;
}

/** Appends to the timeline of `a`, and answers the epoch. */
export async function appendMany({ scripts, keys }: World, count: number, expires = 0, user = 'a'): Promise<string> {
  const { home, log, state, ttl, audience } = keys.user(user);
  let epoch = '';
  for (let done = 0; done < count; done += 64) {
    const messages = Array.from({ length: Math.min(64, count - done) }, (_, index) => String(done + index + 1));
    const { answers } = await timelineAppend(
      scripts,
      { part: home.part, links: home.links, users: home.users },
      { userCap: 2000, sharedCap: 2000, age: STATE_MS },
      messages.map((id) => ({
        ...{ log, state, ttl, audience, idem: `${home.prefix}idem/`, timeline: `user:${user}`, id, expires },
        ...{ priority: 2, fingerprint: '', idemMs: 0, json: `{"id":"${id}"}` },
      })),
    );
    epoch = answers[0]?.epoch ?? '';
  }
  return epoch;
}
