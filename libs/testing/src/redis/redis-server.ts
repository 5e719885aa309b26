// One redis-server process on loopback, with the configuration that Fanfare is deployed with (deploy/redis.conf): start,
// wait until it answers, end it in an orderly way or by force, and start it again on the same port and data.
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Redis } from 'ioredis';
import { type Exit, GuardedProcess, lastLines } from '../processes/guarded-process.js';
import { until } from '../until.js';
import { workspaceRoot } from '../processes/workspace.js';
import { tailLength, truncateTail } from './append-only-file.js';
import { findRedisBinary } from './redis-binary.js';

export type AppendOnly = 'always' | 'everysec' | 'no';

export interface RedisServerOptions {
  readonly port: number;
  readonly dir: string;
  readonly appendonly: AppendOnly;
  readonly isCluster: boolean;
  /** More configuration, as on the command line: `['--maxmemory', '10mb']`. */
  readonly args: readonly string[];
  /** The folder goes when this process ends. */
  readonly isThrowaway: boolean;
  /**
   * No file may grow beyond it: then writing fails, as on a full disk. With `appendonly: 'always'` Redis ends itself
   * there; with `everysec` it refuses writes (MISCONF) until the log can be written again, for which a rewrite of it
   * (BGREWRITEAOF), which begins new files, is enough.
   */
  readonly maxFileKiB?: number;
}

const startDeadlineMs = 20_000;
const endDeadlineMs = 10_000;
const PORT_RETRY_MS = 100;

export class RedisServer {
  private process: GuardedProcess | undefined;

  constructor(readonly options: RedisServerOptions) {}

  get pid(): number | undefined {
    return this.process?.pid;
  }

  get isRunning(): boolean {
    return this.process?.isRunning ?? false;
  }

  /**
   * Resolves when commands are served, that is: also after the append-only file has been loaded. The child that writes a
   * snapshot or a log outlives a server that was killed by a moment, and may hold its port: it is waited for.
   */
  async start(): Promise<void> {
    const deadline = performance.now() + startDeadlineMs;
    for (;;) {
      const process = this.spawn();
      this.process = process;
      await until(() => this.isServing(process), { what: process.name, deadlineMs: startDeadlineMs });
      if (process.isRunning) return;
      if (!foundPortTaken(process) || performance.now() > deadline) throw new Error(await diedAtStart(process));
      await sleep(PORT_RETRY_MS);
    }
  }

  /** SIGTERM: what is in memory and belongs on the disk gets there. */
  async shutdown(): Promise<void> {
    await this.process?.end(endDeadlineMs);
  }

  /** SIGKILL. */
  async kill(): Promise<void> {
    await this.process?.kill();
  }

  /** Of a server that does not run: its append-only log loses its last bytes. */
  truncateTail(bytes: number): void {
    if (this.isRunning) throw new Error('a log is cut only while its server does not run');
    truncateTail(this.appendOnlyFolder, bytes);
  }

  /** How many bytes `truncateTail` can cut at most; to cut what was written meanwhile, take the difference of two. */
  get tailLength(): number {
    return tailLength(this.appendOnlyFolder);
  }

  /** A connection for tests to look with or to configure; the caller closes it. */
  connection(): Redis {
    const redis = new Redis({ port: this.options.port, host: '127.0.0.1', lazyConnect: true, retryStrategy: null });
    redis.on('error', () => undefined); // the command that was waiting rejects; a second report would only be noise
    return redis;
  }

  private spawn(): GuardedProcess {
    const { dir, isThrowaway, port } = this.options;
    const { command, args, env } = findRedisBinary();
    const [first = command, ...rest] = [...limits(this.options), command, ...args];
    return new GuardedProcess({
      name: `redis-server on port ${port}`,
      command: first,
      args: [...rest, join(workspaceRoot(), 'deploy', 'redis.conf'), ...configuration(this.options)],
      env: { ...globalThis.process.env, ...env },
      logFile: join(dir, `redis-${port}.log`),
      ...(isThrowaway && { removeAfterwards: dir }),
    });
  }

  private get appendOnlyFolder(): string {
    const { args, dir } = this.options;
    const at = args.indexOf('--appenddirname');
    return join(dir, (at >= 0 && args[at + 1]) || 'appendonlydir');
  }

  /** True as well when the process has ended: there is nothing left to wait for. */
  private async isServing(process: GuardedProcess): Promise<boolean> {
    if (!process.isRunning) return true;
    const redis = this.connection();
    try {
      const [, dir] = await redis.config('GET', 'dir');
      return dir === this.options.dir; // another server on this port would answer just as well
    } finally {
      // Where there never was a connection ioredis waits 2 s for it to close, and the test runner with it.
      if (redis.status !== 'end') redis.disconnect();
    }
  }
}

function configuration({ port, dir, appendonly, isCluster, args }: RedisServerOptions): string[] {
  const always = ['--port', String(port), '--bind', '127.0.0.1', '--dir', dir, '--daemonize', 'no'];
  const persistence =
    appendonly === 'no' ? ['--appendonly', 'no'] : ['--appendonly', 'yes', '--appendfsync', appendonly];
  const cluster = [
    ...['--cluster-enabled', 'yes', '--cluster-config-file', `nodes-${port}.conf`, '--cluster-node-timeout', '3000'],
    ...['--cluster-announce-ip', '127.0.0.1'], // else a node that never met another names itself by an empty host
  ];
  return [...always, ...persistence, ...(isCluster ? cluster : []), ...args];
}

/** A shell that sets the limit and then becomes the server; what would be killed for a write gets an error instead. */
function limits({ maxFileKiB }: RedisServerOptions): string[] {
  if (maxFileKiB === undefined) return [];
  const blocks = maxFileKiB * 2; // of 512 bytes, says POSIX
  return ['sh', '-c', `trap '' XFSZ; ulimit -f ${blocks}; exec "$@"`, 'redis'];
}

const foundPortTaken = (process: GuardedProcess): boolean =>
  lastLines(process.output(), 3).includes('Failed listening on port');

async function diedAtStart(process: GuardedProcess): Promise<string> {
  const exit: Exit = await process.exited;
  const how = exit.error?.message ?? exit.signal ?? `exit code ${exit.code}`;
  return `${process.name} did not start (${how}):\n${exit.error ? '' : lastLines(process.output(), 15)}`;
}
