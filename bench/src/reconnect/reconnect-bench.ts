/**
 * 10,000 sessions lose their gateway and come back to it at once, each with a few messages missed in five shared groups
 * and in their own timeline. How long until the last one is caught up, and what it costs Redis. Gateway, Redis and the
 * clients share the machine. A round in which a client got less than it should, or out of order, is void.
 */
import { writeFileSync } from 'node:fs';
import { Memberships } from '@fanfare/groups';
import { connectRedis, Keyspace, ScriptCaller } from '@fanfare/redis-scripts';
import {
  ApiClient,
  newCredentials,
  type Service,
  signToken,
  startRedis,
  startService,
  type ThrowawayRedis,
  until,
} from '@fanfare/testing';
import { percentile } from '../list/urgent.js';
import { Children } from '../load/children.js';
import { scrape } from '../load/metrics.js';
import { machine } from '../machine.js';
import { printMarks } from '../marks.js';
import type { BenchOptions } from '../publish/publish-bench.js';
import { RedisStats } from '../redis-stats.js';
import { rounded } from '../table.js';
import type { FromLoad, RoundResult, ToLoad } from './orders.js';
import { type Figures, report } from './report.js';
import { watching } from './watch.js';

const SESSIONS = 10_000;
const PROCESSES = 4;
const PARTITIONS = 256;
const GROUPS = ['g1', 'g2', 'g3', 'g4', 'g5'];
const [MISSED_IN_GROUP, MISSED_OWN] = [4, 2];
const BATCH = 1000;
const LOAD_SCRIPT = new URL('./load-process.js', import.meta.url);
const CAUGHT_UP_WITHIN_S = 10;
const TOKEN_SECONDS = 24 * 3600;

type Load = Children<ToLoad, FromLoad>;

interface Stage {
  readonly redis: ThrowawayRedis;
  readonly api: ApiClient;
  readonly gateway: Service;
  readonly stats: RedisStats;
  readonly load: Load;
}

const say = (text: string): void => void process.stderr.write(`${text}\n`);
const users = Array.from({ length: SESSIONS }, (_, index) => `user-${index}`);
const allMissed = GROUPS.length * MISSED_IN_GROUP + MISSED_OWN;

export async function reconnectBench({ rounds, jsonFile }: BenchOptions): Promise<void> {
  say(`On ${machine()}`);
  const redis = await startRedis({ mode: 'single', appendonly: 'always' });
  const stats = new RedisStats(redis.port);
  const load: Load = Children.start(LOAD_SCRIPT, PROCESSES);
  const services: Service[] = [];
  try {
    const { adminKey, tokenSecret } = newCredentials();
    const secrets = { FANFARE_ADMIN_KEY: adminKey, FANFARE_TOKEN_SECRET: tokenSecret };
    const env = { FANFARE_REDIS_URL: redis.url, ...secrets, LOG_LEVEL: 'warn', FANFARE_DRAIN_SECONDS: '0' };
    for (const name of ['api', 'push-gateway'] as const) services.push(await startService(name, env));
    const [api, gateway] = services;
    if (!api || !gateway) throw new Error('services are missing');
    await prepare(redis.url, load, gateway.port, tokenSecret);
    const stage = { redis, api: new ApiClient(api.url, adminKey), gateway, stats, load };
    const figures = await measure(stage, rounds);
    process.stdout.write(report(figures, { sessions: SESSIONS, processes: PROCESSES, missed: allMissed }));
    if (jsonFile) writeFileSync(jsonFile, `${JSON.stringify({ figures }, null, 2)}\n`);
    printMarks([
      { text: 'in every round all got everything, in order', isMet: figures.every(({ isVoid }) => !isVoid) },
      {
        text: `in every round all were caught up within ${CAUGHT_UP_WITHIN_S} s`,
        isMet: figures.every(({ seconds }) => seconds <= CAUGHT_UP_WITHIN_S),
      },
    ]);
  } finally {
    load.stop();
    stats.close();
    await Promise.all(services.map((service) => service.stop()));
    await redis.stop();
  }
}

/** Groups with all users, through the library, and clients that know their tokens. */
async function prepare(redisUrl: string, load: Load, port: number, secret: string): Promise<void> {
  say(`${rounded(SESSIONS)} users join ${GROUPS.length} groups …`);
  const connection = await connectRedis(redisUrl);
  const scripts = new ScriptCaller(connection, { deadlineMs: 60_000 });
  const memberships = new Memberships(scripts, new Keyspace('default', PARTITIONS));
  for (const group of GROUPS) await memberships.join(group, users);
  scripts.close();
  connection.close();
  const exp = Math.floor(Date.now() / 1000) + TOKEN_SECONDS;
  const tokenOf = (user: string): string => signToken({ claims: { sub: user, app: 'default', exp }, secret });
  await load.ask('ready', (index) => {
    const own = users.filter((_, at) => at % PROCESSES === index);
    return { port, groups: GROUPS, tokens: Object.fromEntries(own.map((user) => [user, tokenOf(user)])) };
  });
}

async function measure(stage: Stage, rounds: number): Promise<Figures[]> {
  say('first connect of all of them …');
  await connectAll(stage, 0);
  const figures: Figures[] = [];
  for (let round = 1; round <= rounds; round += 1) {
    await stage.load.ask('disconnected', () => ({ disconnect: true }));
    const isEmpty = async (): Promise<boolean> => (await scrape(stage.gateway.url))('fanfare_gateway_sessions') === 0;
    await until(isEmpty, { what: 'every session to be closed', deadlineMs: 60_000, everyMs: 100 });
    say(`round ${round} of ${rounds}: publishing what is missed …`);
    await publishMissed(stage.api);
    figures.push(await storm(stage, round));
  }
  return figures;
}

async function storm(stage: Stage, round: number): Promise<Figures> {
  const { stats, redis, gateway } = stage;
  await stats.reset();
  const cpuBefore = (await scrape(gateway.url))('process_cpu_seconds_total');
  const connecting = connectAll(stage, allMissed);
  const seen = await watching(redis.port, gateway.url, connecting);
  const results = await connecting;
  const { calls, microseconds } = await stats.scripts();
  const figure = await scrape(gateway.url);
  const sum = (of: (one: RoundResult) => number): number => results.reduce((total, one) => total + of(one), 0);
  const seconds =
    (Math.max(...results.map(({ endedAt }) => endedAt)) - Math.min(...results.map(({ startedAt }) => startedAt))) /
    1000;
  const [lacking, disordered] = [sum((one) => one.lacking), sum((one) => one.disordered)];
  const caughtUp = results.flatMap(({ caughtUpMs }) => caughtUpMs);
  const isVoid = lacking > 0 || disordered > 0;
  say(`round ${round}: ${isVoid ? `VOID: ${lacking} lack messages, ${disordered} out of order; ` : ''}${seconds} s`);
  return {
    ...{ isVoid, seconds, lacking, disordered, deepest: seen.deepest, meanWaitSeconds: seen.waitSeconds },
    ...{ p50Ms: percentile(caughtUp, 0.5), p99Ms: percentile(caughtUp, 0.99) },
    ...{ toldToReturn: sum((one) => one.toldToReturn), brokenOff: sum((one) => one.brokenOff) },
    ...{ callsEach: calls / SESSIONS, redisMicrosEach: microseconds / SESSIONS },
    ...{ pingP50Ms: percentile(seen.pingMs, 0.5), pingP99Ms: percentile(seen.pingMs, 0.99) },
    pingMaxMs: Math.max(...seen.pingMs),
    gatewayCpuSeconds: figure('process_cpu_seconds_total') - cpuBefore,
    gatewayRssMiB: figure('process_resident_memory_bytes') / 2 ** 20,
  };
}

function connectAll({ load }: Stage, expected: number): Promise<RoundResult[]> {
  const done = new Array<number>(PROCESSES).fill(0);
  return load.ask<'result', RoundResult>(
    'result',
    () => ({ connect: { expected } }),
    (index, message) => {
      if (!('progress' in message)) return;
      done[index] = message.progress;
      if (index === 0) say(`  ${rounded(done.reduce((total, count) => total + count, 0))} caught up`);
    },
  );
}

async function publishMissed(api: ApiClient): Promise<void> {
  const payload = { text: 'x'.repeat(150) };
  const bodies = [
    ...GROUPS.flatMap((group) => Array.from({ length: MISSED_IN_GROUP }, () => ({ to: { group }, payload }))),
    ...users.flatMap((user) => Array.from({ length: MISSED_OWN }, () => ({ to: { user }, payload }))),
  ];
  for (let start = 0; start < bodies.length; start += BATCH) {
    const answer = await api.batch(bodies.slice(start, start + BATCH));
    const isBad = answer.status !== 200 || answer.body.results.some((result) => 'error' in result);
    if (isBad) throw new Error(`a batch was answered with ${answer.status}`);
  }
}
