/**
 * What the specs here stand on: a Redis of their own in cluster mode, for each test an app that no other test uses, and
 * workers whose steps can be driven one by one.
 */
import type { PublishAnswer, PublishRequest } from '@fanfare/contracts';
import { connectRedis, Keyspace, type RedisConnection, ScriptCaller } from '@fanfare/redis-scripts';
import { type RedisServer, startRedis, type ThrowawayRedis, until } from '@fanfare/testing';
import { ListAppender, messageBytes, Publisher, type Retention } from '@fanfare/timelines';
import { AudienceWalk } from './audience-walk.js';
import { DryRun } from './dry-run.js';
import { Intake } from './intake.js';
import { JobCatalog } from './job-catalog.js';
import { type Claim, JobClaims } from './job-claims.js';
import { JobQueue } from './job-queue.js';
import { type JobOutcome, JobRunner, type JobRunnerParts } from './job-runner.js';
import { LANES } from './lanes.js';
import { Schedule } from './schedule.js';

export interface World {
  redis: ThrowawayRedis;
  /** A plain connection, to look at what is stored and to do what Fanfare never does. */
  admin: ReturnType<RedisServer['connection']>;
  connection: RedisConnection;
  scripts: ScriptCaller;
  keys: Keyspace;
  publisher: Publisher;
  appender: ListAppender;
  queue: JobQueue;
  intake: Intake;
  catalog: JobCatalog;
  schedule: Schedule;
  claims: JobClaims;
  walk: AudienceWalk;
  parts: JobRunnerParts;
  runner: JobRunner;
}

const retention: Retention = { userMessages: 100, sharedMessages: 100, ageMs: 24 * 3600 * 1000 };
const PARTITIONS = 8;
export const LANE_DEPTH = 3;
/** Short, so that a claim that nobody renews is free at once. */
export const CLAIM_MS = 60;
export const BACKOFF_MS = 40;
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
    const publisher = new Publisher(scripts, keys, retention);
    const queue = new JobQueue(scripts, keys, { laneDepth: LANE_DEPTH });
    const claims = new JobClaims(scripts, keys, { claimMs: CLAIM_MS, backoffMs: BACKOFF_MS });
    const appender = new ListAppender(scripts, keys, retention);
    const walk = new AudienceWalk(scripts, keys);
    const parts = { claims, appender, publisher, walk, keys };
    const runner = new JobRunner(parts);
    const intake = new Intake(publisher, queue, scripts, keys, walk, new DryRun(scripts, keys));
    const [catalog, schedule] = [new JobCatalog(scripts, keys), new Schedule(scripts, keys)];
    Object.assign(world, { keys, publisher, appender, queue, intake, catalog, schedule, claims, walk, parts, runner });
  });
  afterAll(async () => {
    world.scripts.close();
    world.connection.close();
    world.admin.disconnect();
    await world.redis.stop();
  });
  return world;
}

export const names = (count: number): string[] => Array.from({ length: count }, (_, index) => `user-${index}`);

/** What is sent, and not a dry run. */
export async function publish(world: World, request: PublishRequest): Promise<PublishAnswer> {
  const answer = await world.intake.publish(request);
  if ('reach' in answer) throw new Error('that was a dry run');
  return answer;
}

export function publishList(
  world: World,
  users: string[],
  fields: Partial<PublishRequest> = {},
): Promise<PublishAnswer> {
  return publish(world, { to: { users }, payload: 1, ...fields });
}

/** The payloads that a user has, oldest first. */
export async function payloadsOf({ admin, keys }: World, user: string): Promise<unknown[]> {
  const entries = await admin.lrangeBuffer(keys.user(user).log, 0, -1);
  return entries.map((entry) => (JSON.parse(messageBytes(entry).toString()) as { payload: unknown }).payload);
}

export async function claimed(world: World): Promise<Claim> {
  const claim = await world.claims.claim(LANES);
  if (!claim) throw new Error('there is nothing to claim');
  return claim;
}

/** Claims and carries out whatever is there or becomes due, until a job ends in this way. */
export async function workUntil(world: World, wanted: JobOutcome, runner = world.runner): Promise<void> {
  const work = async (): Promise<boolean> => {
    await world.schedule.release();
    const claim = await world.claims.claim(LANES);
    return claim !== undefined && (await runner.run(claim)) === wanted;
  };
  await until(work, { what: `a job to be ${wanted}`, everyMs: 5 });
}
