/** What the specs here stand on: a Redis of their own in cluster mode, and for each test an app that no other test uses. */
import { connectRedis, Keyspace, type RedisConnection, ScriptCaller, type ScriptRunner } from '@fanfare/redis-scripts';
import { SessionRegistry, Users } from '@fanfare/roster';
import { type RedisServer, startRedis, type ThrowawayRedis } from '@fanfare/testing';
import { Inbox, Publisher, ReadCursors } from '@fanfare/timelines';
import { Deletions } from './deletions.js';
import { Erasures } from './erasures.js';
import { Groups } from './groups.js';
import { type IntentAction, Intents } from './intents.js';
import { Memberships } from './memberships.js';
import { PendingChanges } from './pending-changes.js';

export interface World {
  redis: ThrowawayRedis;
  /** A plain connection, to look at what is stored and to do what Fanfare never does. */
  admin: ReturnType<RedisServer['connection']>;
  connection: RedisConnection;
  scripts: ScriptCaller;
  keys: Keyspace;
  memberships: Memberships;
  groups: Groups;
  users: Users;
  registry: SessionRegistry;
  publisher: Publisher;
  cursors: ReadCursors;
  inbox: Inbox;
}

const PARTITIONS = 8;
const STATE_MS = 3_600_000;
const retention = { userMessages: 1000, sharedMessages: 1000, ageMs: STATE_MS };
let apps = 0;

export function redisWorld(): World {
  const world = {} as World;
  beforeAll(async () => {
    world.redis = await startRedis({ mode: 'cluster' });
    const [server] = world.redis.servers;
    if (!server) throw new Error('a started Redis has a server');
    world.admin = server.connection();
    world.connection = await connectRedis(world.redis.url);
    world.scripts = new ScriptCaller(world.connection);
  });
  beforeEach(() => {
    const keys = new Keyspace(`app${(apps += 1)}`, PARTITIONS);
    const { scripts } = world;
    const cursors = new ReadCursors(scripts, keys);
    Object.assign(world, {
      keys,
      cursors,
      memberships: new Memberships(scripts, keys),
      groups: new Groups(scripts, keys),
      users: new Users(scripts, keys, STATE_MS),
      registry: new SessionRegistry(scripts, keys, STATE_MS),
      publisher: new Publisher(scripts, keys, retention),
      inbox: new Inbox(scripts, keys, cursors),
    });
  });
  afterAll(async () => {
    world.scripts.close();
    world.connection.close();
    world.admin.disconnect();
    await world.redis.stop();
  });
  return world;
}

/** Publishes to a group so many times, one call after the other without awaiting. */
export function publishMany({ publisher }: World, group: string, count: number) {
  return Promise.all(Array.from({ length: count }, (_, index) => publisher.publish({ to: { group }, payload: index })));
}

export async function membersOf({ groups }: World, group: string): Promise<string[]> {
  const { members } = await groups.members(group, { limit: 1000 });
  return members.map(({ user }) => user).sort();
}

export async function groupsOf({ groups }: World, user: string): Promise<string[]> {
  return (await groups.of(user)).groups.map(({ group }) => group).sort();
}

/** Both sides agree on whether the user is in the group. */
export async function isMember(world: World, group: string, user: string): Promise<boolean> {
  const [onGroup, onUser] = [
    (await membersOf(world, group)).includes(user),
    (await groupsOf(world, user)).includes(group),
  ];
  if (onGroup !== onUser) throw new Error(`${user} is a member of ${group} on one side only`);
  return onGroup;
}

/** What one membership service has. */
export function serviceOf({ keys }: World, scripts: ScriptRunner) {
  const intents = new Intents(scripts, keys);
  const memberships = new Memberships(scripts, keys);
  const events = { onChanged: () => Promise.resolve(), onError: () => undefined };
  const deletions = new Deletions(scripts, keys, intents, events);
  const erasures = new Erasures(scripts, keys, intents, (group, users) => memberships.leave(group, users));
  return { memberships, deletions, erasures, pending: new PendingChanges(intents, memberships, deletions, erasures) };
}

/** Completes what was recorded, as one membership service does. */
export function completePending(world: World, scripts: ScriptRunner = world.scripts): Promise<number> {
  return serviceOf(world, scripts).pending.complete();
}

/** The real limits take thousands of calls to meet; the scripts are told of lower ones. */
export function withLimits(world: World, most: { members?: number; groups?: number }): Memberships {
  return new Memberships(boundedScripts(world, most), world.keys);
}

export function boundedScripts(world: World, most: { members?: number; groups?: number }): ScriptRunner {
  return {
    call: (script, keys, args, options) => {
      const changed = [...args];
      if (script.name === 'group/join' && most.members !== undefined) changed[1] = String(most.members);
      if (script.name === 'user/joined' && most.groups !== undefined) changed[4] = String(most.groups);
      return world.scripts.call(script, keys, changed, options);
    },
  };
}

/** A change that was recorded so long ago, and by whom died before anything of it was done. Older ones come first. */
export async function recordAgo(
  { admin, keys }: World,
  ms: number,
  action: IntentAction,
  group: string,
  users: readonly string[],
): Promise<string> {
  const [seconds] = await admin.time();
  const id = `${Number(seconds) * 1000 - ms}-0`;
  await admin.xadd(keys.intents, id, 'action', action, 'group', group, 'users', JSON.stringify(users));
  return id;
}

export const pendingRecords = ({ admin, keys }: World): Promise<number> => admin.xlen(keys.intents);
