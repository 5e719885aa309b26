/**
 * How fast messages are accepted over HTTP, what a script call costs, and how much memory a user takes. One api process
 * and one Redis with `appendfsync always` share the machine with the load; every row is run once a round, in turn.
 */
import { writeFileSync } from 'node:fs';
import { connectRedis, Keyspace, ScriptCaller } from '@fanfare/redis-scripts';
import { Memberships } from '@fanfare/groups';
import { newCredentials, type Service, startRedis, startService, type ThrowawayRedis } from '@fanfare/testing';
import { machine } from '../machine.js';
import { RedisStats, SLOW_MS } from '../redis-stats.js';
import { median, rounded, table } from '../table.js';
import { batchBodies, messageTo, runLoad, singleBodies } from './load.js';
import type { LoadOrder } from './http-load.js';

export interface BenchOptions {
  readonly seconds: number;
  readonly rounds: number;
  readonly jsonFile: string | undefined;
  /** Only rows whose name holds this text. */
  readonly only: string;
}

interface Figures {
  readonly perSecond: number;
  readonly scriptMicros: number;
  readonly redisCpuMicros: number;
  readonly apiCpuMicros: number;
  readonly loadCpuMicros: number;
  readonly messagesPerCall: number;
  readonly p50: number;
  readonly p99: number;
  /** Of script calls, ms. */
  readonly scriptP999: number;
  readonly scriptLongest: number;
}

interface Bench {
  readonly redis: ThrowawayRedis;
  readonly stats: RedisStats;
  readonly api: Service;
  readonly key: string;
}

const USERS = 100_000;
const BATCH = 1000;
const SMALL_GROUP = 10;
const LARGE_GROUP = 100_000;
const PARTITIONS = 256;

const say = (text: string): void => void process.stderr.write(`${text}\n`);

export async function publishBench(options: BenchOptions): Promise<void> {
  say(`On ${machine()}; Redis with AOF, appendfsync always`);
  const redis = await startRedis({ mode: 'single', appendonly: 'always' });
  const stats = new RedisStats(redis.port);
  const { adminKey, tokenSecret } = newCredentials();
  const env = { FANFARE_REDIS_URL: redis.url, FANFARE_ADMIN_KEY: adminKey, FANFARE_TOKEN_SECRET: tokenSecret };
  let api: Service | undefined;
  try {
    api = await startService('api', { ...env, LOG_LEVEL: 'warn' });
    await measure({ redis, stats, api, key: adminKey }, options);
  } finally {
    stats.close();
    await api?.stop();
    await redis.stop();
  }
}

async function measure(bench: Bench, { seconds, rounds, jsonFile, only }: BenchOptions): Promise<void> {
  say('Memory of 100,000 users with one message each …');
  const memory = await memoryPerUser(bench);
  say('Groups of 10 and of 100,000 members …');
  await makeGroups(bench.redis.url);
  const base = { port: bench.api.port, key: bench.key, seconds };
  const batches = batchBodies(USERS, BATCH);
  const all: Record<string, LoadOrder> = {
    'single, to users': {
      ...base,
      path: '/v1/messages',
      bodies: singleBodies(10_000),
      messagesPerRequest: 1,
      concurrency: 64,
    },
    'batch of 1,000, to users': {
      ...base,
      path: '/v1/messages/batch',
      bodies: batches,
      messagesPerRequest: BATCH,
      concurrency: 8,
    },
    'single, to a group of 10': groupOrder(base, SMALL_GROUP),
    'single, to a group of 100,000': groupOrder(base, LARGE_GROUP),
  };
  const orders = Object.fromEntries(Object.entries(all).filter(([name]) => name.includes(only)));
  const figures = new Map<string, Figures[]>(Object.keys(orders).map((name) => [name, []]));
  const plain: number[] = [];
  for (let round = 1; round <= rounds; round += 1) {
    for (const [name, order] of Object.entries(orders)) {
      say(`Round ${round} of ${rounds}: ${name} …`);
      figures.get(name)?.push(await timed(bench, order));
    }
    say(`Round ${round} of ${rounds}: plain RPUSH, pipelined …`);
    const other = await startRedis({ mode: 'single', appendonly: 'always' });
    const otherStats = new RedisStats(other.port);
    plain.push(await otherStats.plainPushesPerSecond(400, Math.min(seconds, 3)));
    otherStats.close();
    await other.stop();
  }
  report(figures, median(plain), memory, jsonFile);
}

function groupOrder(base: { port: number; key: string; seconds: number }, size: number): LoadOrder {
  const body = JSON.stringify(messageTo({ group: `group-of-${size}` }));
  return { ...base, path: '/v1/messages', bodies: [body], messagesPerRequest: 1, concurrency: 64 };
}

async function timed({ stats, api }: Bench, order: LoadOrder): Promise<Figures> {
  await runLoad({ ...order, seconds: Math.min(1, order.seconds) }); // warm-up
  await stats.reset();
  const cpu = await stats.cpuSeconds();
  const apiCpu = await cpuSecondsOf(api);
  const load = await runLoad(order);
  if (load.failed > 0) throw new Error(`${load.failed} requests failed; the figures would mean nothing`);
  const scripts = await stats.scripts();
  const redisCpu = (await stats.cpuSeconds()) - cpu;
  return {
    perSecond: load.messages / load.seconds,
    scriptMicros: scripts.microseconds / load.messages,
    redisCpuMicros: (redisCpu * 1e6) / load.messages,
    apiCpuMicros: (((await cpuSecondsOf(api)) - apiCpu) * 1e6) / load.messages,
    loadCpuMicros: (load.cpuSeconds * 1e6) / load.messages,
    messagesPerCall: load.messages / scripts.calls,
    p50: load.p50,
    p99: load.p99,
    scriptP999: scripts.p999,
    scriptLongest: scripts.longest,
  };
}

/** Seconds of CPU that the service has used, by its own metrics. */
async function cpuSecondsOf(service: Service): Promise<number> {
  const page = await (await fetch(`${service.url}/metrics`)).text();
  return Number(/^process_cpu_seconds_total\S* ([\d.e+-]+)/m.exec(page)?.[1] ?? NaN);
}

/** Bytes that one user with one message of 250 bytes takes, everything about them included. */
async function memoryPerUser({ stats, api, key }: Bench): Promise<number> {
  const bodies = batchBodies(USERS, BATCH);
  const send = async (body: string): Promise<void> => {
    const headers = { authorization: `Bearer ${key}`, 'content-type': 'application/json' };
    const response = await fetch(`${api.url}/v1/messages/batch`, { method: 'POST', headers, body });
    const { results } = (await response.json()) as { results: { offset?: number }[] };
    if (results.some(({ offset }) => offset !== 1)) throw new Error('every user should have got their first message');
  };
  const before = await stats.usedMemory();
  for (const body of bodies) await send(body);
  return ((await stats.usedMemory()) - before) / USERS;
}

async function makeGroups(url: string): Promise<void> {
  const connection = await connectRedis(url);
  const scripts = new ScriptCaller(connection, { deadlineMs: 60_000 });
  const memberships = new Memberships(scripts, new Keyspace('default', PARTITIONS));
  for (const size of [SMALL_GROUP, LARGE_GROUP]) {
    for (let start = 0; start < size; start += 10_000) {
      const users = Array.from({ length: Math.min(10_000, size - start) }, (_, index) => `user-${start + index}`);
      await memberships.join(`group-of-${size}`, users);
    }
  }
  scripts.close();
  connection.close();
}

function report(figures: Map<string, Figures[]>, plain: number, memory: number, jsonFile: string | undefined): void {
  const middle = (name: string, of: (one: Figures) => number): number => median((figures.get(name) ?? []).map(of));
  const names = [...figures.keys()];
  const rows = names.map((name) => {
    const figure = (of: (one: Figures) => number, digits = 1): string => rounded(middle(name, of), digits);
    const cpu = [
      (one: Figures) => one.redisCpuMicros,
      (one: Figures) => one.apiCpuMicros,
      (one: Figures) => one.loadCpuMicros,
    ];
    return [
      name,
      figure((one) => one.perSecond, 0),
      figure((one) => one.perSecond / plain, 2),
      figure((one) => one.messagesPerCall),
      figure((one) => one.scriptMicros),
      `${figure((one) => one.scriptP999)} / ${figure((one) => one.scriptLongest)}`,
      cpu.map((of) => figure(of)).join(' + '),
      `${figure((one) => one.p50)} / ${figure((one) => one.p99)}`,
    ] as const;
  });
  const head = [
    'publish',
    'messages/s',
    'of plain RPUSH',
    'messages/call',
    'script µs/message',
    `script p99.9 / longest ms (${SLOW_MS} is slow)`,
    'CPU µs/message: Redis + api + load',
    'request p50 / p99 ms',
  ] as const;
  const ratio =
    middle('single, to a group of 100,000', (one) => one.scriptMicros) /
    middle('single, to a group of 10', (one) => one.scriptMicros);
  process.stdout.write(`\n${table(head, rows)}\n\n`);
  process.stdout.write(`plain RPUSH of 400 bytes, pipelined, same machine: ${rounded(plain)} a second\n`);
  if (!Number.isNaN(ratio)) {
    process.stdout.write(`script time to a group of 100,000 members against one of 10: ${rounded(ratio, 2)}\n`);
  }
  process.stdout.write(`Redis memory per user with one message of 250 bytes: ${rounded(memory)} bytes\n`);
  process.stdout.write(`On ${machine()}; Redis AOF appendfsync always\n`);
  if (jsonFile)
    writeFileSync(
      jsonFile,
      `${JSON.stringify({ figures: Object.fromEntries(figures), plain, memory, ratio }, null, 2)}\n`,
    );
}
