/**
 * How long a message to 100,000 users in one request takes, from sending the request to the last append, with half of
 * them online; and what urgent messages notice of it. Redis, api, worker and the load share the machine.
 */
import { writeFileSync } from 'node:fs';
import { connectRedis, Keyspace, ScriptCaller } from '@fanfare/redis-scripts';
import {
  ApiClient,
  type AppendOnly,
  newCredentials,
  type Service,
  startRedis,
  startService,
  until,
} from '@fanfare/testing';
import { machine } from '../machine.js';
import { printMarks } from '../marks.js';
import type { BenchOptions } from '../publish/publish-bench.js';
import { RedisStats, SLOW_MS } from '../redis-stats.js';
import { median, rounded, table } from '../table.js';
import { OnlineUsers } from './online-users.js';
import { percentile, type Urgent, urgentLatencies } from './urgent.js';

const URGENT_MS = 10;
const USERS = 100_000;
const PARTITIONS = 256;
const IDLE_MS = 3000;

interface Figures {
  /** By performance.now() */
  readonly acceptedAt: number;
  readonly acceptedMs: number;
  readonly doneMs: number;
  readonly scriptMicros: number;
  /** Of script calls, ms. */
  readonly p999: number;
  readonly longest: number;
}

interface Row {
  readonly aof: AppendOnly;
  readonly rounds: Figures[];
  readonly publications: number;
  readonly received: number;
  readonly idle: readonly number[];
  /** Sent before the request with the list was answered. */
  readonly accepting: readonly number[];
  /** Sent while the job ran. */
  readonly running: readonly number[];
}

const say = (text: string): void => void process.stderr.write(`${text}\n`);
const users = Array.from({ length: USERS }, (_, index) => `user-${index}`);

export async function listBench(options: BenchOptions): Promise<void> {
  say(`On ${machine()}`);
  const rows: Row[] = [];
  for (const aof of ['always', 'everysec'] as const) rows.push(await withServices(aof, options.rounds));
  report(rows, options.jsonFile);
}

async function withServices(aof: AppendOnly, rounds: number): Promise<Row> {
  const redis = await startRedis({ mode: 'single', appendonly: aof });
  const stats = new RedisStats(redis.port);
  const { adminKey, tokenSecret } = newCredentials();
  const env = { FANFARE_REDIS_URL: redis.url, FANFARE_ADMIN_KEY: adminKey, FANFARE_TOKEN_SECRET: tokenSecret };
  const services: Service[] = [];
  const connection = await connectRedis(redis.url);
  const scripts = new ScriptCaller(connection, { deadlineMs: 60_000 });
  try {
    for (const name of ['api', 'fanout-worker'] as const) {
      services.push(await startService(name, { ...env, LOG_LEVEL: 'warn' }));
    }
    say(`AOF ${aof}: registering sessions of ${rounded(USERS / 2)} users (through the library, without sockets) …`);
    const keys = new Keyspace('default', PARTITIONS);
    const online = await OnlineUsers.register(connection, scripts, keys, users.slice(0, USERS / 2));
    return await measure(aof, new ApiClient(services[0]?.url ?? '', adminKey), stats, online, rounds);
  } finally {
    scripts.close();
    connection.close();
    stats.close();
    await Promise.all(services.map((service) => service.stop()));
    await redis.stop();
  }
}

async function measure(
  aof: AppendOnly,
  api: ApiClient,
  stats: RedisStats,
  online: OnlineUsers,
  rounds: number,
): Promise<Row> {
  const figures: Figures[] = [];
  for (let round = 0; round <= rounds; round += 1) {
    const one = await oneList(api, stats, online);
    const text = `${rounded(one.doneMs)} ms to the last append`;
    say(`AOF ${aof}: ${round === 0 ? 'first, offline users not known yet' : `round ${round} of ${rounds}`}: ${text}`);
    if (round > 0) figures.push(one);
  }
  const { received, publications } = online;
  say(`AOF ${aof}: urgent messages, idle and while such a list is carried out …`);
  const idle = (await urgentLatencies(api, { until: wait(IDLE_MS) })).map(({ ms }) => ms);
  const [accepting, running] = [new Array<number>(), new Array<number>()];
  for (let round = 0; round < rounds; round += 1) {
    const list = oneList(api, stats, online);
    const busy: readonly Urgent[] = await urgentLatencies(api, { until: list });
    const { acceptedAt } = await list;
    for (const { sentAt, ms } of busy) (sentAt < acceptedAt ? accepting : running).push(ms);
  }
  return { aof, rounds: figures, received, publications, idle, accepting, running };
}

async function oneList(api: ApiClient, stats: RedisStats, online: OnlineUsers): Promise<Figures> {
  online.reset();
  await stats.reset();
  const start = performance.now();
  const { status, body } = await api.publish({ to: { users }, payload: { text: 'x'.repeat(150) } });
  const acceptedAt = performance.now();
  const acceptedMs = acceptedAt - start;
  if (status !== 202) throw new Error(`the list was answered with ${status}`);
  const isDone = async (): Promise<boolean> => (await api.job(body.id)).body.state === 'done';
  await until(isDone, { what: 'the job to be done', everyMs: 10, deadlineMs: 60_000 });
  const doneMs = performance.now() - start;
  const { microseconds, p999, longest } = await stats.scripts();
  await until(() => online.received === USERS / 2, { what: 'every publication' });
  return { acceptedAt, acceptedMs, doneMs, scriptMicros: microseconds / USERS, p999, longest };
}

const wait = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

function report(rows: readonly Row[], jsonFile: string | undefined): void {
  const middle = (row: Row, of: (one: Figures) => number): number => median(row.rounds.map(of));
  const lines = rows.map(
    (row) =>
      [
        row.aof,
        rounded(middle(row, (one) => one.acceptedMs)),
        rounded(middle(row, (one) => one.doneMs)),
        rounded(Math.max(...row.rounds.map((one) => one.doneMs))),
        rounded(
          middle(row, (one) => one.scriptMicros),
          1,
        ),
        `${rounded(Math.max(...row.rounds.map((one) => one.p999)), 1)} / ${rounded(Math.max(...row.rounds.map((one) => one.longest)), 1)}`,
        `${rounded(row.received)} in ${rounded(row.publications)}`,
        latency(row.idle),
        latency(row.accepting),
        latency(row.running),
      ] as const,
  );
  const head = [
    'AOF',
    'ms to 202',
    'ms to the last append',
    'slowest round',
    'script µs/user',
    `script p99.9 / longest ms (${SLOW_MS} is slow)`,
    'told on links, publications',
    'urgent idle p50 / p99 ms',
    'while the list is taken in',
    'while the job runs',
  ] as const;
  process.stdout.write(`\nA message to ${rounded(USERS)} users in one request, half of them online on one node\n\n`);
  process.stdout.write(`${table(head, lines)}\n\n`);
  process.stdout.write('Sessions were registered through the library and their links read; there were no sockets.\n');
  process.stdout.write(`On ${machine()}; one Redis, one api, one worker\n`);
  printMarks(
    rows.map(({ aof, idle, running }) => ({
      text: `AOF ${aof}: p99 of urgent messages while the job runs is at most twice an idle system's, or ${URGENT_MS} ms`,
      isMet: percentile(running, 0.99) <= Math.max(URGENT_MS, 2 * percentile(idle, 0.99)),
    })),
  );
  if (jsonFile) writeFileSync(jsonFile, `${JSON.stringify({ rows }, null, 2)}\n`);
}

const latency = (ms: readonly number[]): string =>
  `${rounded(percentile(ms, 0.5), 1)} / ${rounded(percentile(ms, 0.99), 1)}`;
