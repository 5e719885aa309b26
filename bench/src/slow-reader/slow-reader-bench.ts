/**
 * A session that stops reading while its group gets 2,000 messages a second: what it costs the gateway, what its neighbours
 * notice, and whether it gets everything afterwards. The same load with everybody reading, before and after, is the control.
 * Memory is compared after a garbage collection; what the slow session's peer has not taken lies in the kernel and is not
 * counted. Latencies are taken by windows, and of their p99s the median, so that a hiccup of the machine is one window's.
 */
import { writeFileSync } from 'node:fs';
import { Memberships } from '@fanfare/groups';
import { connectRedis, Keyspace, ScriptCaller } from '@fanfare/redis-scripts';
import {
  ApiClient,
  freePort,
  newCredentials,
  type Service,
  signToken,
  startRedis,
  startService,
  until,
} from '@fanfare/testing';
import { percentile } from '../list/urgent.js';
import { Children } from '../load/children.js';
import { scrape } from '../load/metrics.js';
import { machine } from '../machine.js';
import { printMarks } from '../marks.js';
import type { BenchOptions } from '../publish/publish-bench.js';
import { median, rounded, table } from '../table.js';
import { Inspector, type Memory } from './inspector.js';
import { publishSteadily } from './steady.js';
import type { ReadersReport, ToReaders } from './readers.js';

const NEIGHBOURS = 10;
const RATE = 2000;
const RETENTION = 200_000;
const GROUP = 'busy';
const READERS_SCRIPT = new URL('./readers.js', import.meta.url);
const [LOOKS, LOOK_EVERY_MS] = [5, 400];
const WINDOW_MS = 2000;
const MIB = 2 ** 20;

interface Phase {
  readonly name: string;
  readonly published: number;
  readonly memory: Memory;
  /** By window. */
  readonly latenciesMs: readonly (readonly number[])[];
}

type Process = Children<ToReaders, object>;

interface Stage {
  readonly api: ApiClient;
  readonly inspector: Inspector;
  readonly slow: Process;
  readonly neighbours: Process;
  /** By the gateway, for sessions that catch up. */
  readonly pagesRead: () => Promise<number>;
}

const say = (text: string): void => void process.stderr.write(`${text}\n`);

export async function slowReaderBench({ seconds, jsonFile }: BenchOptions): Promise<void> {
  say(`On ${machine()}`);
  const redis = await startRedis({ mode: 'single', appendonly: 'always' });
  const [slow, neighbours] = [Children.start(READERS_SCRIPT, 1), Children.start(READERS_SCRIPT, 1)] as Process[];
  const services: Service[] = [];
  try {
    if (!slow || !neighbours) throw new Error('load processes are missing');
    const { adminKey, tokenSecret } = newCredentials();
    const env = { FANFARE_REDIS_URL: redis.url, FANFARE_ADMIN_KEY: adminKey, FANFARE_TOKEN_SECRET: tokenSecret };
    const inspect = await freePort();
    services.push(await startService('api', { ...env, LOG_LEVEL: 'warn' }));
    const more = { LOG_LEVEL: 'warn', FANFARE_DRAIN_SECONDS: '0', NODE_OPTIONS: `--inspect=127.0.0.1:${inspect}` };
    services.push(await startService('push-gateway', { ...env, ...more }));
    const [api, gateway] = services;
    const client = new ApiClient(api?.url ?? '', adminKey);
    await join(redis.url, client);
    await connect(slow, neighbours, gateway?.port ?? 0, tokenSecret);
    const inspector = await Inspector.connect(inspect);
    const pagesRead = async (): Promise<number> => (await scrape(gateway?.url ?? ''))('fanfare_gateway_pages_read');
    await measure({ api: client, inspector, slow, neighbours, pagesRead }, seconds, jsonFile);
    inspector.close();
  } finally {
    slow?.stop();
    neighbours?.stop();
    await Promise.all(services.map((service) => service.stop()));
    await redis.stop();
  }
}

/** What two runs of the same load differ by on a machine that others use too. */
const P99_NOISE = 1.25;
const users = ['slow', ...Array.from({ length: NEIGHBOURS }, (_, index) => `quick-${index}`)];

async function join(redisUrl: string, api: ApiClient): Promise<void> {
  const made = await api.putGroup(GROUP, { retention: { messages: RETENTION } });
  if (made.status >= 300) throw new Error(`the group was answered with ${made.status}`);
  const connection = await connectRedis(redisUrl);
  const scripts = new ScriptCaller(connection);
  await new Memberships(scripts, new Keyspace('default', 256)).join(GROUP, users);
  scripts.close();
  connection.close();
}

async function connect(slow: Process, neighbours: Process, port: number, secret: string): Promise<void> {
  const exp = Math.floor(Date.now() / 1000) + 24 * 3600;
  const tokens = users.map((sub) => signToken({ claims: { sub, app: 'default', exp }, secret }));
  await slow.ask('ready', () => ({ port, tokens: tokens.slice(0, 1) }));
  await neighbours.ask('ready', () => ({ port, tokens: tokens.slice(1) }));
}

const reportOf = async (readers: Process): Promise<ReadersReport> => {
  const [report] = await readers.ask<'report', ReadersReport>('report', () => ({ order: 'report' }));
  if (!report) throw new Error('no report');
  return report;
};

async function measure(stage: Stage, seconds: number, jsonFile: string | undefined): Promise<void> {
  const { api, inspector, slow, neighbours } = stage;
  say('warming up …');
  const warm = await phase('warm-up', Math.min(5, seconds), api, inspector, neighbours);
  const control = await phase('everybody reads, before', seconds, api, inspector, neighbours);
  await slow.ask('done', () => ({ order: 'pause' }));
  const held = await phase('one does not read', seconds, api, inspector, neighbours);
  const before = await reportOf(slow);
  const missed = warm.published + control.published + held.published;
  const pagesBefore = await stage.pagesRead();
  const start = performance.now();
  await slow.ask('done', () => ({ order: 'resume' }));
  const hasAll = async (): Promise<boolean> => (await reportOf(slow)).messages[0] === missed;
  await until(hasAll, { what: 'the slow session to have everything', deadlineMs: 60_000, everyMs: 100 }).catch(say);
  const catchUpSeconds = (performance.now() - start) / 1000;
  const again = await phase('everybody reads, after', seconds, api, inspector, neighbours);
  const total = missed + again.published;
  const [slowAfter, quick] = [await reportOf(slow), await reportOf(neighbours)];
  const faults = [
    slowAfter.messages[0] === total ? '' : `the slow one has ${slowAfter.messages[0]} of ${total}`,
    quick.messages.every((count) => count === total) ? '' : 'a neighbour lacks messages',
    slowAfter.disordered + quick.disordered === 0 ? '' : 'out of order or twice',
    slowAfter.resets + quick.resets === 0 ? '' : 'reset',
    slowAfter.isOpen ? '' : 'the slow one was closed',
    // Else the kernel's buffers took it all, and the gateway held nobody up.
    (await stage.pagesRead()) > pagesBefore ? '' : 'the slow one was not really behind: take more seconds',
  ].filter((fault) => fault !== '');
  const cost = heapAndBuffers(held) - heapAndBuffers(control);
  print([control, held, again], { total: missed, had: before.messages[0] ?? 0, catchUpSeconds, faults });
  if (jsonFile)
    writeFileSync(jsonFile, `${JSON.stringify({ control, held, again, catchUpSeconds, faults }, null, 2)}\n`);
  printMarks([
    { text: 'everybody got everything, in order', isMet: faults.length === 0 },
    { text: 'the slow session costs the gateway at most 1 MiB', isMet: cost <= MIB },
    {
      text: `the neighbours’ p99 is at most ${P99_NOISE} of before and after`,
      isMet: felt(control, held, again) <= P99_NOISE,
    },
  ]);
}

async function phase(
  name: string,
  seconds: number,
  api: ApiClient,
  inspector: Inspector,
  neighbours: Process,
): Promise<Phase> {
  const earlier = (await reportOf(neighbours)).messages[0] ?? 0; // latencies from here on
  const latencies: (readonly number[])[] = [];
  const look = async (): Promise<ReadersReport> => {
    const report = await reportOf(neighbours);
    latencies.push(report.latenciesMs);
    return report;
  };
  const windows = setInterval(() => void look(), WINDOW_MS);
  const published = await publishSteadily(api, GROUP, RATE, seconds, (done) => say(`  ${name}: ${rounded(done)} sent`));
  clearInterval(windows);
  const hasAll = async (): Promise<boolean> =>
    (await reportOf(neighbours)).messages.every((count) => count === earlier + published);
  await until(hasAll, { what: 'the neighbours to have everything', deadlineMs: 30_000, everyMs: 100 });
  const looks: Memory[] = [];
  for (let count = 0; count < LOOKS; count += 1) {
    await new Promise((resolve) => setTimeout(resolve, LOOK_EVERY_MS));
    looks.push(await inspector.memory());
  }
  const middle = (of: (one: Memory) => number): number => median(looks.map(of));
  const memory = {
    rss: middle(({ rss }) => rss),
    heapUsed: middle(({ heapUsed }) => heapUsed),
    external: middle(({ external }) => external),
  };
  return { name, published, memory, latenciesMs: latencies };
}

const heapAndBuffers = ({ memory }: Phase): number => memory.heapUsed + memory.external;

/** The neighbours' p99 while one does not read, as a share of what it is before and after. */
function felt(before: Phase, held: Phase, after: Phase): number {
  const p99 = ({ latenciesMs }: Phase): number => ofWindows(latenciesMs, 0.99);
  return p99(held) / ((p99(before) + p99(after)) / 2);
}

interface Outcome {
  readonly total: number;
  readonly had: number;
  readonly catchUpSeconds: number;
  readonly faults: readonly string[];
}

/** The median of the windows' percentiles; a window in which little came says nothing. */
const ofWindows = (windows: Phase['latenciesMs'], share: number): number =>
  median(windows.filter(({ length }) => length >= 100).map((latencies) => percentile(latencies, share)));

function print(phases: readonly [Phase, Phase, Phase], { total, had, catchUpSeconds, faults }: Outcome): void {
  const mib = (bytes: number): string => rounded(bytes / MIB, 2);
  const rows = phases.map(
    ({ name, published, memory, latenciesMs }) =>
      [
        name,
        rounded(published),
        rounded(ofWindows(latenciesMs, 0.5), 2),
        rounded(ofWindows(latenciesMs, 0.99), 2),
        mib(memory.heapUsed + memory.external),
        mib(memory.rss),
      ] as const,
  );
  const head = ['', 'published', 'neighbours p50 ms', 'p99 ms', 'heap + buffers MiB', 'RSS MiB'] as const;
  const [before, held, after] = phases;
  const cost = `The slow session costs the gateway ${mib(heapAndBuffers(held) - heapAndBuffers(before))} MiB`;
  const share = `its neighbours’ p99 is ${rounded(felt(before, held, after), 2)} of what it is before and after`;
  const got = `it had ${rounded(had)} of ${rounded(total)} messages when it read again, and all ${rounded(catchUpSeconds, 1)} s later`;
  const verdict = faults.length === 0 ? `${cost}; ${share}; ${got}, in order.` : `${cost}. VOID: ${faults.join('; ')}`;
  process.stdout.write(`\n${NEIGHBOURS} neighbours, ${RATE} messages a second\n\n${table(head, rows)}\n\n${verdict}\n`);
  process.stdout.write(`On ${machine()}; one Redis (AOF always), one api, one gateway\n`);
}
