// A Redis of a test's own: in a temporary folder, on free loopback ports, gone with the process that started it.
// In cluster mode one server owns all slots: as strict about slots as a big cluster, as quick to start as a single one.
import { mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort } from '../processes/free-port.js';
import { clusterIsWhole, formCluster } from './cluster.js';
import { type AppendOnly, RedisServer } from './redis-server.js';

export interface RedisOptions {
  readonly mode: 'single' | 'cluster';
  /** Only in cluster mode; default 1. */
  readonly nodes?: 1 | 3;
  /** Default `no`: nothing is kept over a restart. */
  readonly appendonly?: AppendOnly;
  /** A folder that the caller owns; default: a temporary one that goes at the end. */
  readonly dir?: string;
  /** Of the first server. */
  readonly port?: number;
  readonly args?: readonly string[];
  /** A full disk, see RedisServerOptions. */
  readonly maxFileKiB?: number;
}

const startAttempts = 3;

/** States: running ⇄ down (shutdown, kill → restart) → stopped. */
export class ThrowawayRedis {
  readonly url: string;
  readonly port: number;
  readonly ports: readonly number[];

  constructor(
    readonly mode: RedisOptions['mode'],
    readonly dir: string,
    readonly servers: readonly RedisServer[],
    private readonly isDirOurs: boolean,
  ) {
    this.ports = servers.map((server) => server.options.port);
    this.port = this.ports[0] ?? 0;
    this.url = `${mode === 'cluster' ? 'redis+cluster' : 'redis'}://127.0.0.1:${this.port}`;
  }

  /** Ends it in an orderly way; the data stays for `restart`. */
  async shutdown(): Promise<void> {
    await Promise.all(this.servers.map((server) => server.shutdown()));
  }

  /** SIGKILL; what had reached the disk stays for `restart`. */
  async kill(): Promise<void> {
    await Promise.all(this.servers.map((server) => server.kill()));
  }

  /** Starts it on the same ports and data, after ending it in an orderly way if it runs. */
  async restart(): Promise<void> {
    await this.shutdown();
    await Promise.all(this.servers.map((server) => server.start()));
    if (this.mode === 'cluster') await clusterIsWhole(this.servers);
  }

  /** For good: ends it and removes its folder if it is a temporary one. */
  async stop(): Promise<void> {
    try {
      await this.shutdown();
    } finally {
      if (this.isDirOurs) rmSync(this.dir, { recursive: true, force: true });
    }
  }

  /** First start; a cluster is formed here. */
  async start(): Promise<void> {
    await Promise.all(this.servers.map((server) => server.start()));
    if (this.mode === 'cluster') await formCluster(this.servers);
  }
}

/** Resolves when it serves commands. The caller calls `stop`. */
export async function startRedis(options: RedisOptions): Promise<ThrowawayRedis> {
  if (options.mode === 'single' && options.nodes === 3) throw new Error('three nodes need mode: "cluster"');
  for (let attempt = 1; ; attempt++) {
    const redis = await prepare(options);
    try {
      await redis.start();
      return redis;
    } catch (error) {
      await redis.kill();
      await redis.stop();
      // Between choosing a port and listening on it somebody else can take it.
      const isPortTaken = String(error).includes('Address already in use');
      if (!isPortTaken || options.port !== undefined || attempt === startAttempts) throw error;
    }
  }
}

async function prepare(options: RedisOptions): Promise<ThrowawayRedis> {
  const isCluster = options.mode === 'cluster';
  const dir = realpathSync(options.dir ?? mkdtempSync(join(tmpdir(), 'fanfare-redis-')));
  const isThrowaway = options.dir === undefined;
  const servers: RedisServer[] = [];
  for (let index = 0; index < (options.nodes ?? 1); index++) {
    const given = index === 0 ? options.port : undefined;
    const port = given ?? (await freePort({ withClusterBus: isCluster }));
    const { appendonly = 'no', args = [], maxFileKiB } = options;
    const own = { port, dir, args: [...args, ...ownFiles(port)], ...(maxFileKiB !== undefined && { maxFileKiB }) };
    servers.push(new RedisServer({ ...own, appendonly, isCluster, isThrowaway }));
  }
  return new ThrowawayRedis(options.mode, dir, servers, isThrowaway);
}

/** Several servers share one folder. */
function ownFiles(port: number): string[] {
  return ['--dbfilename', `dump-${port}.rdb`, '--appenddirname', `aof-${port}`];
}
