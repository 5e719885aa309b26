/** The two programs of Debian's that this benchmark runs: Webdis, the peer, and wrk, the load. */
import { execFile } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { freePort, GuardedProcess, until } from '@fanfare/testing';
import { LOAD_CORES, pin } from '../cores.js';

interface Program {
  readonly command: string;
  readonly env: Readonly<Record<string, string>>;
}

/** Where bench/main.mjs says that it is. */
function program(name: string): Program {
  const told = process.env[`BENCH_${name.toUpperCase()}`];
  if (told === undefined) throw new Error(`${name} is missing: start this benchmark by npm run bench -- inbox`);
  return JSON.parse(told) as Program;
}

export interface Webdis {
  readonly url: string;
  readonly pid: number;
  stop(): Promise<unknown>;
}

/** @param folder for its settings and its log */
export async function startWebdis(redisPort: number, folder: string): Promise<Webdis> {
  const port = await freePort();
  const settings = join(folder, 'webdis.json');
  const address = { redis_host: '127.0.0.1', redis_port: redisPort, http_host: '127.0.0.1', http_port: port };
  const logfile = join(folder, 'webdis-requests.log');
  // Two threads and a pool of 20 connections each are what its package sets; it logs errors only.
  const more = { threads: 2, pool_size: 20, daemonize: false, database: 0, verbosity: 0, logfile };
  writeFileSync(settings, JSON.stringify({ ...address, ...more }));
  const { command, env } = program('webdis');
  const logFile = join(folder, 'webdis.log');
  const webdis = new GuardedProcess({ name: 'webdis', command, args: [settings], env: { ...env }, logFile });
  const url = `http://127.0.0.1:${port}`;
  const answers = (): Promise<boolean> =>
    fetch(`${url}/PING`).then(
      ({ ok }) => ok,
      () => false,
    );
  await until(answers, { what: 'webdis to answer', deadlineMs: 10_000 });
  return { url, pid: webdis.pid ?? 0, stop: () => webdis.kill() };
}

export interface LoadResult {
  readonly requests: number;
  readonly perSecond: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  /** Answers other than 2xx and 3xx, and broken connections. */
  readonly failed: number;
  readonly bytesEach: number;
}

/** GET of `paths`, at random, over so many kept-alive connections; each waits for its answer before the next. wrk has one thread. */
export async function load(
  url: string,
  order: {
    readonly folder: string;
    readonly paths: readonly string[];
    readonly headers: Readonly<Record<string, string>>;
  } & {
    readonly connections: number;
    readonly seconds: number;
  },
): Promise<LoadResult> {
  const script = join(order.folder, 'wrk.lua');
  writeFileSync(script, luaOf(order.paths, order.headers));
  const { command, env } = program('wrk');
  const size = ['-t1', `-c${order.connections}`, `-d${order.seconds}s`, '--timeout', '10s'];
  const printed = await new Promise<string>((resolve, reject) => {
    const wrk = execFile(
      command,
      [...size, '-s', script, url],
      { env: { ...process.env, ...env } },
      (error, stdout, stderr) =>
        error ? reject(new Error(`wrk failed: ${stderr}`, { cause: error })) : resolve(stdout),
    );
    if (wrk.pid !== undefined) pin(wrk.pid, LOAD_CORES);
  });
  const line = printed.split('\n').find((text) => text.startsWith('figures '));
  if (line === undefined) throw new Error(`wrk printed no figures:\n${printed}`);
  const figures = JSON.parse(line.slice('figures '.length)) as Record<
    'requests' | 'micros' | 'bytes' | 'p50' | 'p99' | 'failed',
    number
  >;
  return {
    requests: figures.requests,
    perSecond: (figures.requests * 1e6) / figures.micros,
    p50Ms: figures.p50 / 1000,
    p99Ms: figures.p99 / 1000,
    failed: figures.failed,
    bytesEach: figures.bytes / figures.requests,
  };
}

/** wrk asks `request` for each request, and hands its figures to `done`. */
function luaOf(paths: readonly string[], headers: Readonly<Record<string, string>>): string {
  const fields = Object.entries(headers).map(
    ([name, value]) => `wrk.headers[${JSON.stringify(name)}] = ${JSON.stringify(value)}`,
  );
  return `${fields.join('\n')}
local paths = { ${paths.map((path) => JSON.stringify(path)).join(', ')} }
math.randomseed(42)
function request() return wrk.format('GET', paths[math.random(#paths)]) end
function done(summary, latency)
  local e = summary.errors
  print(string.format('figures {"requests":%d,"micros":%d,"bytes":%d,"p50":%d,"p99":%d,"failed":%d}', summary.requests,
    summary.duration, summary.bytes, latency:percentile(50), latency:percentile(99),
    e.connect + e.read + e.write + e.status + e.timeout))
end
`;
}
