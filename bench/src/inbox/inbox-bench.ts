/**
 * Pages of inboxes over HTTP: the newest 20 messages of one of 1,000 users, at random, by Fanfare's api (positions, read
 * marks, authorisation, expiry) and by Webdis, which hands on what LRANGE answers for a copy of the same list. One Redis, one api,
 * Webdis and the load share the machine; rows are run in turn. The mark is what Tumblr published of the store of its
 * notifications, Staircar: 7,500 requests a second, each under 5 ms.
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Keyspace } from '@fanfare/redis-scripts';
import { Redis } from 'ioredis';
import { ApiClient, newCredentials, type Service, startRedis, startService } from '@fanfare/testing';
import { scrape } from '../load/metrics.js';
import { machine } from '../machine.js';
import { printMarks } from '../marks.js';
import type { BenchOptions } from '../publish/publish-bench.js';
import { PAYLOAD } from '../publish/load.js';
import { median, type Row, rounded, table } from '../table.js';
import { cpuSecondsOf } from '../cpu-seconds.js';
import { load, type LoadResult, startWebdis, type Webdis } from './programs.js';

const [USERS, MESSAGES, PAGE] = [1000, 50, 20];
const BATCH = 1000;
const PARTITIONS = 256;
/** So many requests are on their way at once. */
const CONNECTIONS = [1, 4, 16, 64];
const [MARK_PER_SECOND, MARK_MS] = [7500, 5];

interface Figures extends LoadResult {
  /** Of the process that answers, µs for each request. */
  readonly cpuMicros: number;
}

interface Target {
  readonly name: string;
  readonly url: string;
  readonly paths: readonly string[];
  readonly headers: Record<string, string>;
  readonly cpuSeconds: () => Promise<number>;
}

const say = (text: string): void => void process.stderr.write(`${text}\n`);
const users = Array.from({ length: USERS }, (_, index) => `user-${index}`);

export async function inboxBench({ seconds, rounds, jsonFile }: BenchOptions): Promise<void> {
  say(`On ${machine()}`);
  const folder = mkdtempSync(join(tmpdir(), 'fanfare-bench-'));
  const redis = await startRedis({ mode: 'single', appendonly: 'always' });
  let api: Service | undefined;
  let webdis: Webdis | undefined;
  try {
    const { adminKey, tokenSecret } = newCredentials();
    const env = { FANFARE_REDIS_URL: redis.url, FANFARE_ADMIN_KEY: adminKey, FANFARE_TOKEN_SECRET: tokenSecret };
    api = await startService('api', { ...env, LOG_LEVEL: 'warn' });
    webdis = await startWebdis(redis.port, folder);
    say(`${rounded(USERS)} users with ${MESSAGES} messages each …`);
    await fill(new ApiClient(api.url, adminKey));
    await copyForPeer(redis.port);
    const rows = await measure([fanfare(api, adminKey), peer(webdis)], { folder, seconds, rounds });
    report(rows);
    if (jsonFile) writeFileSync(jsonFile, `${JSON.stringify(Object.fromEntries(rows), null, 2)}\n`);
  } finally {
    await Promise.all([api?.stop(), webdis?.stop()]);
    await redis.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

function fanfare(api: Service, key: string): Target {
  const paths = users.map((user) => `/v1/users/${user}/inbox?limit=${PAGE}`);
  const cpuSeconds = async (): Promise<number> => (await scrape(api.url))('process_cpu_seconds_total');
  return { name: 'Fanfare', url: api.url, paths, headers: { authorization: `Bearer ${key}` }, cpuSeconds };
}

function peer({ url, pid }: Webdis): Target {
  const paths = users.map((user) => `/LRANGE/${user}/-${PAGE}/-1.raw`);
  return { name: 'Webdis', url, paths, headers: {}, cpuSeconds: async () => cpuSecondsOf(pid) };
}

async function fill(api: ApiClient): Promise<void> {
  const messages = users.flatMap((user) =>
    Array.from({ length: MESSAGES }, () => ({ to: { user }, payload: PAYLOAD })),
  );
  for (let start = 0; start < messages.length; start += BATCH) {
    const { status } = await api.batch(messages.slice(start, start + BATCH));
    if (status !== 200) throw new Error(`a batch was answered with ${status}`);
  }
}

/**
 * Webdis takes the parts of a path for arguments, so a key with a slash can't be named: it gets a copy of each list. Its
 * JSON leaves out what is not UTF-8, as the head of an entry is not: it is asked for Redis's own form.
 */
async function copyForPeer(port: number): Promise<void> {
  const keys = new Keyspace('default', PARTITIONS);
  const redis = new Redis({ host: '127.0.0.1', port });
  const copied = await Promise.all(users.map((user) => redis.copy(keys.user(user).log, user)));
  redis.disconnect();
  if (copied.some((done) => done !== 1)) throw new Error('a list could not be copied');
}

async function measure(
  targets: readonly Target[],
  { folder, seconds, rounds }: { folder: string; seconds: number; rounds: number },
): Promise<Map<string, Figures[]>> {
  const rows = new Map<string, Figures[]>();
  for (let round = 0; round <= rounds; round += 1) {
    for (const connections of CONNECTIONS) {
      for (const target of targets) {
        const name = `${target.name}, ${connections} at once`;
        if (round > 0) say(`Round ${round} of ${rounds}: ${name} …`);
        const before = await target.cpuSeconds();
        const result = await load(target.url, { ...target, folder, connections, seconds: round === 0 ? 1 : seconds });
        if (result.failed > 0)
          throw new Error(`${name}: ${result.failed} requests failed; the figures would mean nothing`);
        const cpu = (await target.cpuSeconds()) - before;
        const requests = result.perSecond * (round === 0 ? 1 : seconds);
        if (round > 0) rows.set(name, [...(rows.get(name) ?? []), { ...result, cpuMicros: (cpu * 1e6) / requests }]);
      }
    }
  }
  return rows;
}

function report(rows: ReadonlyMap<string, readonly Figures[]>): void {
  const middle = (all: readonly Figures[], of: (one: Figures) => number): number => median(all.map(of));
  const lines = [...rows].map(([name, all]): Row => [
    name,
    rounded(middle(all, (one) => one.perSecond)),
    rounded(
      middle(all, (one) => one.p50Ms),
      2,
    ),
    rounded(
      middle(all, (one) => one.p99Ms),
      2,
    ),
    rounded(middle(all, (one) => one.cpuMicros)),
    rounded(middle(all, (one) => one.bytesEach)),
  ]);
  const head = ['', 'pages/s', 'p50 ms', 'p99 ms', 'CPU µs a page', 'bytes a page'] as const;
  process.stdout.write(`\nThe newest ${PAGE} of ${MESSAGES} messages of one of ${rounded(USERS)} users\n\n`);
  process.stdout.write(`${table(head, lines)}\n\nOn ${machine()}; one Redis, one api, Webdis with two threads, wrk\n`);
  const ours = [...rows].filter(([name]) => name.startsWith('Fanfare')).map(([, all]) => all);
  const isMet = ours.some(
    (all) => middle(all, (one) => one.perSecond) >= MARK_PER_SECOND && middle(all, (one) => one.p99Ms) < MARK_MS,
  );
  printMarks([{ text: `one api: ${rounded(MARK_PER_SECOND)} pages a second with a p99 under ${MARK_MS} ms`, isMet }]);
}
