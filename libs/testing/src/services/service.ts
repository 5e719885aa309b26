// One service of Fanfare as its own process, the way production runs it: `node apps/<name>/dist/main.js`, settings by
// environment and by nothing else, health over HTTP.
import { join } from 'node:path';
import { type Exit, GuardedProcess, lastLines } from '../processes/guarded-process.js';
import { freePort } from '../processes/free-port.js';
import { workspaceRoot } from '../processes/workspace.js';
import { until } from '../until.js';

export type ServiceName = 'api' | 'push-gateway' | 'fanout-worker' | 'presence' | 'membership';

export interface ServiceOptions {
  /** What to run instead of `apps/<name>/dist/main.js`. */
  readonly entry?: string;
  readonly readyDeadlineMs?: number;
}

/** By which setting each gets its port. */
export const portSetting: Record<ServiceName, string> = {
  api: 'API_PORT',
  'push-gateway': 'GATEWAY_PORT',
  'fanout-worker': 'WORKER_PORT',
  presence: 'PRESENCE_PORT',
  membership: 'MEMBERSHIP_PORT',
};

/** As in production (Dockerfile): room for young objects, so that few requests meet a garbage collection. */
const nodeOptions = ['--enable-source-maps', '--max-semi-space-size=32'];

/** A second on a core of its own; here up to fourteen may start on two busy ones. */
const startDeadlineMs = 60_000;
/** A gateway may take its drain window of 10 s. */
const endDeadlineMs = 20_000;
let started = 0;

/** States: running → ended, by `stop`, by `kill` or by itself. */
export class Service {
  readonly url: string;

  constructor(
    readonly name: ServiceName,
    readonly port: number,
    private readonly process: GuardedProcess,
  ) {
    this.url = `http://127.0.0.1:${port}`;
  }

  get pid(): number | undefined {
    return this.process.pid;
  }

  get isRunning(): boolean {
    return this.process.isRunning;
  }

  get exited(): Promise<Exit> {
    return this.process.exited;
  }

  /** Everything it has logged so far. */
  logs(): string {
    return this.process.output();
  }

  /** SIGTERM; an error if it has to be killed, or ends with another exit code than 0. */
  async stop(deadlineMs = endDeadlineMs): Promise<void> {
    if (!this.isRunning) return;
    const { code, signal } = await this.process.end(deadlineMs);
    if (code === 0) return;
    throw new Error(`${this.process.name} ended with ${signal ?? code}:\n${lastLines(this.logs(), 20)}`);
  }

  /** SIGKILL. */
  async kill(): Promise<void> {
    await this.process.kill();
  }

  signal(signal: NodeJS.Signals): void {
    this.process.signal(signal);
  }

  async isReady(): Promise<boolean> {
    const answer = await fetch(`${this.url}/health/ready`, { signal: AbortSignal.timeout(2_000) });
    await answer.arrayBuffer();
    return answer.status === 200;
  }
}

/** Resolves when `/health/ready` answers 200; rejects with the last lines of its log otherwise. */
export async function startService(
  name: ServiceName,
  env: Readonly<Record<string, string>>,
  options: ServiceOptions = {},
): Promise<Service> {
  const root = workspaceRoot();
  const port = Number(env[portSetting[name]] ?? (await freePort()));
  const process = new GuardedProcess({
    name: `${name} on port ${port}`,
    command: globalThis.process.execPath,
    args: [...nodeOptions, options.entry ?? join(root, 'apps', name, 'dist', 'main.js')],
    cwd: root,
    env: { ...inherited(), ...env, [portSetting[name]]: String(port) },
    logFile: join(root, '.fanfare', 'test-logs', `${globalThis.process.pid}-${++started}-${name}.log`),
  });
  const service = new Service(name, port, process);
  await becomesReady(service, process, options.readyDeadlineMs ?? startDeadlineMs);
  return service;
}

async function becomesReady(service: Service, process: GuardedProcess, deadlineMs: number): Promise<void> {
  const isReadyOrDead = async (): Promise<boolean> => !process.isRunning || (await service.isReady());
  try {
    await until(isReadyOrDead, { what: `${process.name} to be ready`, deadlineMs, everyMs: 50 });
  } catch (error) {
    await process.kill();
    throw new Error(`${process.name} was not ready in ${deadlineMs} ms:\n${tail(process)}`, { cause: error });
  }
  if (process.isRunning) return;
  const { code, signal, error } = await process.exited;
  const how = error?.message ?? signal ?? `exit code ${code}`;
  throw new Error(`${process.name} ended before it was ready (${how}):\n${tail(process)}`);
}

function tail(process: GuardedProcess): string {
  return lastLines(process.output(), 30);
}

/** Settings of whoever runs the tests must not reach the services under test. */
function inherited(): Record<string, string> {
  const names = ['PATH', 'HOME', 'TMPDIR', 'LANG'];
  return Object.fromEntries(names.flatMap((name) => (process.env[name] ? [[name, process.env[name]]] : [])));
}
