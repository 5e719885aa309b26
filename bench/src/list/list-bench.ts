/**
 * How long a message to 100,000 users in one request takes, from sending the request to the last append, with half of
 * them online; and what urgent messages notice of it. Redis, api, worker and the load share the machine.
 */
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
import { besideLoad, LOAD_CORES, onAllCores, pin, SERVER_CORE } from '../cores.js';
import type { Mark } from '../marks.js';
import { RedisStats, SLOW_MS } from '../redis-stats.js';
import type { BenchResult, SuiteBench, SuiteOptions } from '../report/bench-result.js';
import { median, type Row, rounded } from '../table.js';
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

interface Course {
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

/** Centrifugo documents 1.4 s for 100,000 personal channels, without persistence. */
const DONE_MARK_MS: Readonly<Record<AppendOnly, number>> = { everysec: 900, always: 1400, no: Infinity };

export const listBench: SuiteBench = (options) => besideLoad(() => run(options));

async function run({ rounds }: SuiteOptions): Promise<BenchResult> {
  const courses: Course[] = [];
  for (const aof of ['everysec', 'always'] as const) courses.push(await withServices(aof, rounds));
  return resultOf(courses);
}

async function withServices(aof: AppendOnly, rounds: number): Promise<Course> {
  const redis = await startRedis({ mode: 'single', appendonly: aof, args: ['--auto-aof-rewrite-percentage', '0'] });
  for (const { pid } of redis.servers) if (pid !== undefined) pin(pid, SERVER_CORE);
  const stats = new RedisStats(redis.port);
  const { adminKey, tokenSecret } = newCredentials();
  const env = { FANFARE_REDIS_URL: redis.url, FANFARE_ADMIN_KEY: adminKey, FANFARE_TOKEN_SECRET: tokenSecret };
  const services: Service[] = [];
  const connection = await connectRedis(redis.url);
  const scripts = new ScriptCaller(connection, { deadlineMs: 60_000 });
  try {
    for (const name of ['api', 'fanout-worker'] as const) {
      const service = await onAllCores(() => startService(name, { ...env, LOG_LEVEL: 'warn' }));
      services.push(service);
      if (service.pid !== undefined) pin(service.pid, LOAD_CORES);
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
): Promise<Course> {
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

const middleOf = ({ rounds }: Course, of: (one: Figures) => number): number => median(rounds.map(of));
const worstOf = ({ rounds }: Course, of: (one: Figures) => number): number => Math.max(...rounds.map(of));

function resultOf(courses: readonly Course[]): BenchResult {
  return {
    name: 'list',
    title: `A message to a list of ${rounded(USERS)} users`,
    setting:
      `One request with ${rounded(USERS)} users, half of them online on one node, durability \`stored\`, AOF as named in ` +
      'each row, no rewrite of the log meanwhile; from sending the request to the last append. Then the same while urgent ' +
      'messages are sent over HTTP, 200 a second. One Redis with a core of its own; api, worker, and the load on the other. ' +
      'Sessions were registered through the library and their links read; there were no sockets.',
    head: [
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
    ],
    rows: courses.map(rowOf),
    marks: courses.flatMap(marksOf),
    charts: [
      {
        name: 'list',
        title: `A message to ${rounded(USERS)} users`,
        kind: 'bar',
        categories: courses.map(({ aof }) => `AOF ${aof}`),
        x: { label: '', isLog: false },
        y: { label: 'ms', isLog: false },
        series: [
          { name: 'to 202', points: courses.map((course) => middleOf(course, ({ acceptedMs }) => acceptedMs)) },
          { name: 'to the last append', points: courses.map((course) => middleOf(course, ({ doneMs }) => doneMs)) },
        ],
      },
    ],
    notes: ['Centrifugo documents 1.4 s for 100,000 personal channels, without persistence.'],
    figures: courses,
  };
}

function rowOf(course: Course): Row {
  return [
    course.aof,
    rounded(middleOf(course, ({ acceptedMs }) => acceptedMs)),
    rounded(middleOf(course, ({ doneMs }) => doneMs)),
    rounded(worstOf(course, ({ doneMs }) => doneMs)),
    rounded(
      middleOf(course, ({ scriptMicros }) => scriptMicros),
      1,
    ),
    `${rounded(
      worstOf(course, ({ p999 }) => p999),
      1,
    )} / ${rounded(
      worstOf(course, ({ longest }) => longest),
      1,
    )}`,
    `${rounded(course.received)} in ${rounded(course.publications)}`,
    latency(course.idle),
    latency(course.accepting),
    latency(course.running),
  ];
}

function marksOf(course: Course): Mark[] {
  const { aof, idle, running } = course;
  const doneMs = middleOf(course, (one) => one.doneMs);
  const doneMark = DONE_MARK_MS[aof];
  return [
    {
      text: `AOF ${aof}: all ${rounded(USERS)} are appended within ${rounded(doneMark)} ms (${rounded(doneMs)})`,
      isMet: doneMs <= doneMark,
    },
    {
      text: `AOF ${aof}: p99 of urgent messages while the job runs is at most twice an idle system's, or ${URGENT_MS} ms`,
      isMet: percentile(running, 0.99) <= Math.max(URGENT_MS, 2 * percentile(idle, 0.99)),
    },
  ];
}

const latency = (ms: readonly number[]): string =>
  `${rounded(percentile(ms, 0.5), 1)} / ${rounded(percentile(ms, 0.99), 1)}`;
