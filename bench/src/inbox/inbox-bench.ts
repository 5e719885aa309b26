/**
 * Pages of inboxes over HTTP: the newest 20 messages of one of 1,000 users, at random, by Fanfare's api (positions, read
 * marks, authorisation, expiry) and by Webdis, which hands on what LRANGE answers for a copy of the same list. Whichever of
 * the two is asked has a core of its own; Redis and the load share the others. The mark is what Tumblr published of the
 * store of its notifications, Staircar: 7,500 requests a second, each under 5 ms.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ApiClient, newCredentials, type Service, startRedis, startService } from '@fanfare/testing';
import { LOAD_CORES, pin, SERVER_CORE } from '../cores.js';
import type { SuiteBench, SuiteOptions } from '../report/bench-result.js';
import { load, startWebdis, type Webdis } from './programs.js';
import { type Figures, resultOf } from './report.js';
import { cpuSecondsOf } from '../cpu-seconds.js';
import { copyForPeer, fanfare, fill, MESSAGES, peer, type Target, USERS } from './targets.js';

/** So many requests are on their way at once. */
const CONNECTIONS = [1, 4, 16, 32, 64];
const WARM_UP_SECONDS = 5;

const say = (text: string): void => void process.stderr.write(`${text}\n`);

export const inboxBench: SuiteBench = async (options) => {
  const folder = mkdtempSync(join(tmpdir(), 'fanfare-bench-'));
  const redis = await startRedis({ mode: 'single', appendonly: 'always' });
  let api: Service | undefined;
  let webdis: Webdis | undefined;
  try {
    const [server] = redis.servers;
    if (!server) throw new Error('a started Redis has a server');
    const { adminKey, tokenSecret } = newCredentials();
    const env = { FANFARE_REDIS_URL: redis.url, FANFARE_ADMIN_KEY: adminKey, FANFARE_TOKEN_SECRET: tokenSecret };
    api = await startService('api', { ...env, LOG_LEVEL: 'warn' });
    webdis = await startWebdis(redis.port, folder);
    say(`${USERS} users with ${MESSAGES} messages each …`);
    await fill(new ApiClient(api.url, adminKey));
    await copyForPeer(server);
    const targets = [fanfare(api, adminKey), peer(webdis)];
    for (const { pid } of targets) pin(pid, SERVER_CORE);
    pin(server.pid ?? 0, LOAD_CORES);
    return resultOf(await measure(targets, folder, options));
  } finally {
    await Promise.all([api?.stop(), webdis?.stop()]);
    await redis.stop();
    rmSync(folder, { recursive: true, force: true });
  }
};

async function measure(targets: readonly Target[], folder: string, options: SuiteOptions): Promise<Figures[]> {
  const rows = CONNECTIONS.flatMap((connections) => targets.map((target) => ({ target, connections })));
  const wanted = rows.filter((row) => nameOf(row).includes(options.only));
  for (const target of targets)
    await load(target.url, { ...target, folder, connections: 16, seconds: WARM_UP_SECONDS });
  const figures: Figures[] = [];
  for (let round = 1; round <= options.rounds; round += 1) {
    for (const row of wanted) {
      say(`Round ${round} of ${options.rounds}: ${nameOf(row)} …`);
      figures.push({ ...(await measured(row, folder, options.seconds)), round });
    }
  }
  return figures;
}

interface Setting {
  readonly target: Target;
  readonly connections: number;
}

const nameOf = ({ target, connections }: Setting): string => `${target.name}, ${connections} at once`;

async function measured({ target, connections }: Setting, folder: string, seconds: number) {
  const before = cpuSecondsOf(target.pid);
  const result = await load(target.url, { ...target, folder, connections, seconds });
  const cpu = cpuSecondsOf(target.pid) - before;
  return { ...result, target: target.name, connections, cpuMicros: (cpu * 1e6) / result.requests };
}
