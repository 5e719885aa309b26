/**
 * What an idle session costs the process that holds it: 15,000 sessions in one gateway, each authenticated, a member of 5
 * of 50 groups, with a device, come back with its positions and caught up. Beside it the same number of connections to
 * plain `ws` and to Socket.IO, each with a token checked and in 5 groups. Memory is what Linux says that the process has,
 * after a garbage collection, less what it had before the sessions came.
 */
import { Memberships } from '@fanfare/groups';
import { connectRedis, Keyspace, ScriptCaller } from '@fanfare/redis-scripts';
import { newCredentials, signToken, startRedis, startService, until } from '@fanfare/testing';
import { Children } from '../load/children.js';
import type { Credentials } from '../load/dialects.js';
import type { BenchResult, SuiteOptions } from '../report/bench-result.js';
import { Inspector } from '../slow-reader/inspector.js';
import { type Contender, CONTENDERS, type Running, type Surroundings } from './contenders.js';
import type { FromHolder, Held, ToHolder } from './orders.js';
import { type Figures, type Look, report } from './report.js';
import { residentOf } from './resident.js';

const SESSIONS = 15_000;
const HOLDERS = 4;
const [GROUPS, GROUPS_EACH] = [50, 5];
const AT_ONCE = 64;
/** They come and go before the first look, so that what a process loads and compiles once is not counted to the sessions. */
const WARM_UP = 400;
/** Until acknowledgements, counts and timers of connecting (5 s) are done with. */
const SETTLE_MS = 6000;
const LOOKS = 3;
const SHOW_MS = 2000;
const TOKEN_SECONDS = 24 * 3600;
const PARTITIONS = 256;
const HOLDER_SCRIPT = new URL('./holder.js', import.meta.url);
const BODY = { text: 'x'.repeat(100) };

type Holders = Children<ToHolder, FromHolder>;

const say = (text: string): void => void process.stderr.write(`${text}\n`);
const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));
const groups = Array.from({ length: GROUPS }, (_, index) => `group-${index}`);

/** Session `index` is in every tenth group, beginning with another one: 1,500 members in each. */
function groupsOf(index: number): string[] {
  const step = GROUPS / GROUPS_EACH;
  return Array.from({ length: GROUPS_EACH }, (_, at) => `group-${(index % step) + at * step}`);
}

export async function idleBench({ rounds, only }: SuiteOptions): Promise<BenchResult> {
  const redis = await startRedis({ mode: 'single', appendonly: 'everysec' });
  const holders: Holders = Children.start(HOLDER_SCRIPT, HOLDERS);
  const { adminKey, tokenSecret } = newCredentials();
  const secrets = { FANFARE_ADMIN_KEY: adminKey, FANFARE_TOKEN_SECRET: tokenSecret };
  const api = await startService('api', { FANFARE_REDIS_URL: redis.url, LOG_LEVEL: 'warn', ...secrets });
  try {
    const surroundings = { redisUrl: redis.url, redisPort: redis.port, apiUrl: api.url, adminKey, tokenSecret };
    await joinGroups(redis.url);
    const credentials = credentialsOf(tokenSecret);
    await learnPositions(surroundings, holders, credentials);
    const figures = new Map<string, Figures[]>();
    for (let round = 1; round <= rounds; round += 1) {
      for (const contender of CONTENDERS.filter(({ name }) => name.includes(only))) {
        say(`round ${round} of ${rounds}: ${contender.name} …`);
        const one = await measure(contender, surroundings, holders, credentials);
        figures.set(contender.name, [...(figures.get(contender.name) ?? []), one]);
      }
    }
    return report(figures, { sessions: SESSIONS, groups: GROUPS, groupsEach: GROUPS_EACH });
  } finally {
    holders.stop();
    await api.stop();
    await redis.stop();
  }
}

/** Through the library, as the membership service does it. */
async function joinGroups(redisUrl: string): Promise<void> {
  say(`${SESSIONS} users join ${GROUPS_EACH} of ${GROUPS} groups each …`);
  const connection = await connectRedis(redisUrl);
  const scripts = new ScriptCaller(connection, { deadlineMs: 60_000 });
  const memberships = new Memberships(scripts, new Keyspace('default', PARTITIONS));
  const users = Array.from({ length: SESSIONS }, (_, index) => index);
  for (const group of groups) {
    const members = users.filter((index) => groupsOf(index).includes(group)).map((index) => `user-${index}`);
    await memberships.join(group, members);
  }
  scripts.close();
  connection.close();
}

function credentialsOf(secret: string): Credentials[] {
  const exp = Math.floor(Date.now() / 1000) + TOKEN_SECONDS;
  return Array.from({ length: SESSIONS }, (_, index) => ({
    token: signToken({ claims: { sub: `user-${index}`, app: 'default', exp }, secret }),
    groups: groupsOf(index),
    device: 'phone',
  }));
}

/** All have been there once before, got a message in each of their groups, and know where they are. */
async function learnPositions(
  surroundings: Surroundings,
  holders: Holders,
  credentials: readonly Credentials[],
): Promise<void> {
  const [fanfare] = CONTENDERS;
  if (fanfare?.dialect !== 'fanfare') throw new Error('Fanfare comes first');
  say('a first connect, to learn positions …');
  const gateway = await fanfare.start(surroundings);
  await gateway.publish(groups, BODY);
  await connect(holders, fanfare, gateway, credentials);
  await holders.ask('disconnected', () => ({ order: 'disconnect' }));
  await gateway.stop();
}

async function measure(
  contender: Contender,
  surroundings: Surroundings,
  holders: Holders,
  credentials: readonly Credentials[],
): Promise<Figures> {
  const running = await contender.start(surroundings);
  const inspector = await Inspector.connect(running.inspectorPort);
  try {
    await connect(holders, contender, running, credentials.slice(0, WARM_UP));
    await running.publish(groups, BODY);
    await holders.ask('disconnected', () => ({ order: 'disconnect' }));
    const before = await look(inspector, running.pid);
    const start = performance.now();
    await connect(holders, contender, running, credentials);
    const connectSeconds = (performance.now() - start) / 1000;
    const idle = await look(inspector, running.pid);
    await holders.ask('recounted', () => ({ order: 'recount' }));
    await running.publish(groups, BODY);
    const isDelivered = async (): Promise<boolean> => (await heldBy(holders)).fewest >= GROUPS_EACH;
    const all = await until(isDelivered, { what: 'one message in each group', deadlineMs: 20_000, everyMs: 200 }).catch(
      () => false,
    );
    const held = await heldBy(holders);
    const delivered = await look(inspector, running.pid);
    const isWhole = held.open === SESSIONS && all === true && held.most === GROUPS_EACH && held.disordered === 0;
    return { before, idle, delivered, held, connectSeconds, isVoid: !isWhole };
  } finally {
    inspector.close();
    await holders.ask('disconnected', () => ({ order: 'disconnect' }));
    await running.stop();
  }
}

async function connect(
  holders: Holders,
  { dialect }: Contender,
  { port }: Running,
  credentials: readonly Credentials[],
): Promise<void> {
  const connected = new Map<number, number>();
  const showing = setInterval(() => say(`  ${[...connected.values()].reduce((a, b) => a + b, 0)} connected`), SHOW_MS);
  try {
    await holders.ask<'connected', number>(
      'connected',
      (index) => ({
        connect: { port, dialect, atOnce: AT_ONCE, credentials: credentials.filter((_, at) => at % HOLDERS === index) },
      }),
      (index, message) => 'progress' in message && connected.set(index, message.progress),
    );
  } finally {
    clearInterval(showing);
  }
}

async function heldBy(holders: Holders): Promise<Held> {
  const all = await holders.ask<'report', Held>('report', () => ({ order: 'report' }));
  return {
    open: all.reduce((sum, { open }) => sum + open, 0),
    fewest: Math.min(...all.map(({ fewest }) => fewest)),
    most: Math.max(...all.map(({ most }) => most)),
    disordered: all.reduce((sum, { disordered }) => sum + disordered, 0),
  };
}

/** The smallest of a few, each after a garbage collection: what comes on top of it is work that was just going on. */
async function look(inspector: Inspector, pid: number): Promise<Look> {
  await pause(SETTLE_MS);
  let least: Look | undefined;
  for (let count = 0; count < LOOKS; count += 1) {
    const { heapUsed, external } = await inspector.memory();
    await pause(500);
    const one = { ...residentOf(pid), heap: heapUsed, external };
    if (!least || one.rss < least.rss) least = one;
  }
  if (!least) throw new Error('nothing was looked at');
  return least;
}
