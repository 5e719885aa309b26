/** The rows of `pipelining`: by what, and with how many messages on their way at once. */
import { SERVER_CORE } from '../cores.js';
import { batchBodies, runLoad, singleBodies } from '../publish/load.js';
import { BATCH, DEPTH, PER_SCRIPT, USERS, type WayName } from '../publishing/ways.js';
import { scrape } from '../load/metrics.js';
import { rounded } from '../table.js';
import type { Deployment } from './deployment.js';
import { redisBenchmark } from './redis-benchmark.js';

export interface Measured {
  readonly messages: number;
  readonly perSecond: number;
  /** Of what publishes; NaN where it does not tell. */
  readonly cpuSeconds: number;
}

export interface RowOrder {
  readonly name: string;
  run(on: Deployment, seconds: number): Promise<Measured>;
}

/** As many as the seed experiment takes; the time is over before that in most rows. */
const MOST = 1_000_000;
/** redis-benchmark is told a number, not a time: about what it does in a second of a quiet machine. */
const [ONE_BY_ONE_A_SECOND, PIPELINED_A_SECOND] = [8000, 25_000];
const [HTTP_AT_ONCE, BATCHES_AT_ONCE] = [64, 8];

const way = (name: string, wayName: WayName): RowOrder => ({
  name,
  run: async (on, seconds) => {
    const { messages, seconds: took, cpuSeconds } = await on.publish({ way: wayName, seconds, most: MOST });
    return { messages, perSecond: messages / took, cpuSeconds };
  },
});

const limit = (name: string, pipeline: number, perSecond: number): RowOrder => ({
  name,
  run: async ({ port, keys }, seconds) => {
    const requests = Math.round(perSecond * seconds);
    const rate = await redisBenchmark({ port, keys, pipeline, requests });
    return { messages: requests, perSecond: rate, cpuSeconds: NaN };
  },
});

const http = (name: string, path: string, bodies: () => readonly string[], size: number, concurrency: number) => ({
  name,
  run: async ({ api, adminKey: key }: Deployment, seconds: number): Promise<Measured> => {
    const order = { port: api.port, key, path, bodies: bodies(), messagesPerRequest: size, concurrency, seconds };
    const before = await apiCpu(api.url);
    const load = await runLoad(order, SERVER_CORE);
    if (load.failed > 0) throw new Error(`${load.failed} requests failed; the figures would mean nothing`);
    const cpuSeconds = (await apiCpu(api.url)) - before;
    return { messages: load.messages, perSecond: load.messages / load.seconds, cpuSeconds };
  },
});

const apiCpu = async (url: string): Promise<number> => (await scrape(url))('process_cpu_seconds_total');

export const LIMIT = `redis-benchmark, the script of a publication, ${DEPTH} at once`;
export const PUBLISH = `Fanfare in process, ${DEPTH} at once`;

export const rowOrders: readonly RowOrder[] = [
  way('SET, one by one', 'set'),
  way(`SET, ${DEPTH} in a pipeline`, 'set-pipelined'),
  way('RPUSH, one by one', 'rpush'),
  way(`RPUSH, ${DEPTH} in a pipeline`, 'rpush-pipelined'),
  way(`RPUSH, ${PER_SCRIPT} in a script call`, 'rpush-script'),
  limit('redis-benchmark, the script of a publication, one by one', 1, ONE_BY_ONE_A_SECOND),
  limit(LIMIT, DEPTH, PIPELINED_A_SECOND),
  way('Fanfare in process, one by one', 'publish'),
  way(PUBLISH, 'publish-pipelined'),
  way(`Fanfare in process, ${rounded(BATCH)} at a time, as a batch`, 'publish-batch'),
  way(`Fanfare in process, ${PER_SCRIPT} users of a list in a script call`, 'publish-script'),
  http(
    `Fanfare over HTTP, ${HTTP_AT_ONCE} requests at once`,
    '/v1/messages',
    () => singleBodies(10_000),
    1,
    HTTP_AT_ONCE,
  ),
  http(
    `Fanfare over HTTP, batches of ${rounded(BATCH)}, ${BATCHES_AT_ONCE} at once`,
    '/v1/messages/batch',
    () => batchBodies(USERS, BATCH),
    BATCH,
    BATCHES_AT_ONCE,
  ),
];
