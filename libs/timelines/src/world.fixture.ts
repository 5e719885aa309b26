/**
 * What the specs here stand on: a Redis of their own in cluster mode, and for each test an app that no other test uses.
 * People come and go through the scripts, because the libraries for that are built upon this one.
 */
import type { PublishAnswer, DirectRequest } from '@fanfare/contracts';
import {
  connectRedis,
  groupJoin,
  groupPut,
  Keyspace,
  type RedisConnection,
  ScriptCaller,
  timelineAppend,
  type TimelineKeys,
  userJoined,
  userPut,
} from '@fanfare/redis-scripts';
import { type RedisOptions, type RedisServer, startRedis, type ThrowawayRedis, until } from '@fanfare/testing';
import { v7 as uuidv7 } from 'uuid';
import { Inbox } from './inbox.js';
import { Publisher } from './publisher.js';
import { ReadCursors } from './read-cursors.js';
import type { Retention } from './retention.js';

/** What a test works with, whatever Redis it is on. */
export interface Tools {
  /** A plain connection, to look at what is stored and to do what Fanfare never does. */
  admin: ReturnType<RedisServer['connection']>;
  connection: RedisConnection;
  scripts: ScriptCaller;
  /** Names of the scripts that were called, in the order of their ends. */
  called: string[];
  keys: Keyspace;
  publisher: Publisher;
  cursors: ReadCursors;
  inbox: Inbox;
}

export interface World extends Tools {
  redis: ThrowawayRedis;
}

export const retention: Retention = { userMessages: 2000, sharedMessages: 2000, ageMs: 30 * 24 * 3600 * 1000 };
const PARTITIONS = 8;
let apps = 0;

export function redisWorld(options: Partial<RedisOptions> = {}): World {
  const world = {} as World;
  beforeAll(async () => {
    world.redis = await startRedis({ mode: 'cluster', ...options });
    world.admin = adminOf(world.redis);
    await connect(world, world.redis.url);
  });
  beforeEach(() => useNewApp(world));
  afterAll(async () => {
    world.scripts.close();
    world.connection.close();
    world.admin.disconnect();
    await world.redis.stop();
  });
  return world;
}

/** Everything but `admin` and the keys. */
export async function connect(tools: Tools, url: string): Promise<void> {
  tools.called = [];
  tools.connection = await connectRedis(url);
  tools.scripts = new ScriptCaller(tools.connection, { observe: (script) => void tools.called.push(script) });
}

/** Keys that no other test has, and what works on them. */
export function useNewApp(tools: Tools): void {
  tools.keys = new Keyspace(`app${(apps += 1)}`, PARTITIONS);
  tools.publisher = new Publisher(tools.scripts, tools.keys, retention);
  tools.cursors = new ReadCursors(tools.scripts, tools.keys);
  tools.inbox = new Inbox(tools.scripts, tools.keys, tools.cursors);
  tools.called.length = 0;
}

/** Restarts Redis on the data it has, or on what `change` makes of its folder meanwhile. */
export async function restart(world: World, change: (dir: string) => void = () => undefined): Promise<void> {
  world.admin.disconnect();
  await world.redis.shutdown();
  change(world.redis.dir);
  await world.redis.restart();
  world.admin = adminOf(world.redis);
  await until(() => world.scripts.isReady, { what: 'the connection to be back', deadlineMs: 20_000 });
}

function adminOf({ servers }: ThrowawayRedis): World['admin'] {
  const [server] = servers;
  if (!server) throw new Error('a started Redis has a server');
  return server.connection();
}

export const toUser = (user: string): { user: string } => ({ user });
export const toGroup = (group: string): { group: string } => ({ group });
export const toAll = { all: true } as const;

/** Publishes numbers 1 to `count`, one call after the other without awaiting. */
export function publishMany(world: Tools, to: DirectRequest['to'], count: number): Promise<PublishAnswer[]> {
  return Promise.all(Array.from({ length: count }, (_, index) => world.publisher.publish({ to, payload: index + 1 })));
}

export async function knowUser({ scripts, keys }: Tools, user: string): Promise<void> {
  const own = keys.user(user);
  const { home, state } = own;
  const info = keys.userInfo(own);
  await userPut(scripts, { part: home.part, state, users: home.users, info }, { user, stateMs: retention.ageMs }, []);
}

export async function putGroup({ scripts, keys }: Tools, group: string, cap = 0): Promise<void> {
  const side = keys.group(group);
  const { home, state } = side;
  await groupPut(scripts, { part: home.part, state, removed: keys.groupRemoved(side) }, { cap, age: 0 });
}

let version = 0;

/** Both sides of joining. */
export async function joinGroup({ scripts, keys }: Tools, group: string, user: string): Promise<void> {
  version += 1;
  const side = keys.group(group);
  const own = keys.user(user);
  const { part } = side.home;
  const joined = await groupJoin(
    scripts,
    {
      part,
      state: side.state,
      members: keys.groupMembers(side),
      left: keys.groupLeft(side),
      removed: keys.groupRemoved(side),
    },
    { version, maxMembers: 1000, oldest: 0 },
    [{ user }],
  );
  if (joined.status !== 'OK') throw new Error('the group is full');
  const { links, sessions, users } = own.home;
  await userJoined(
    scripts,
    { part: own.home.part, links, sessions, users },
    { group, version, offset: joined.offset, epoch: joined.epoch, maxGroups: 256, oldest: 0 },
    [{ groups: keys.userGroups(own), state: own.state, user }],
  );
}

export interface Appended {
  readonly timeline: string;
  readonly id?: string;
  /** ms, 0 never */
  readonly expires?: number;
  readonly body?: string;
}

/** Appends as a script call alone does, with what the publisher would not do: an expiry in the past, a known id. */
export async function append(
  { scripts, keys }: World,
  side: TimelineKeys,
  messages: readonly Appended[],
  options: { retry?: boolean; cap?: number } = {},
) {
  const { home, log, state, ttl, audience } = side;
  const cap = options.cap ?? retention.userMessages;
  const reply = await timelineAppend(
    scripts,
    { part: home.part, links: home.links, users: home.users },
    { userCap: cap, sharedCap: cap, age: retention.ageMs },
    messages.map(({ timeline, id = uuidv7(), expires = 0, body = '1' }) => ({
      ...{ log, state, ttl, audience, idem: keys.idempotency(side, timeline, ''), timeline, id, expires },
      ...{ priority: 2, fingerprint: '', idemMs: 0 },
      json: `{"id":"${id}","payload":${body}}`,
    })),
    { retry: options.retry === true },
  );
  return reply.answers;
}

/** Resolves when Redis's clock, by which everything is stored, has come to another millisecond. */
export async function nextMillisecond({ admin }: World): Promise<void> {
  const now = async (): Promise<number> => {
    const [seconds, micros] = await admin.time();
    return Number(seconds) * 1000 + Math.floor(Number(micros) / 1000);
  };
  const start = await now();
  await until(async () => (await now()) > start, { what: "the next millisecond of Redis's clock", everyMs: 1 });
}
