/**
 * A Fanfare to measure how its costs grow: so many partitions and gateways, so many users who are online, each with a session.
 * The gateways have the core of servers; Redis, the publisher (this process, with the api's library) and the clients the other.
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { newCredentials, signToken, startFanfare, startRedis } from '@fanfare/testing';
import { onAllCores, pin, SERVER_CORE } from '../cores.js';
import { exactCpuSecondsOf } from '../cpu-seconds.js';
import { NativeLoad } from '../native/native-load.js';
import { makeGroup } from '../publishing/big-group.js';
import { InProcess } from '../publishing/in-process.js';

export interface WorldOptions {
  readonly partitions: number;
  readonly gateways: number;
  readonly sessions: number;
}

/** Seconds of CPU since the start. */
export interface Cpu {
  readonly gateways: number;
  readonly redis: number;
  readonly publisher: number;
}

const TOKEN_SECONDS = 24 * 3600;
const DIGITS = 7;

export const userName = (index: number): string => `user-${String(index).padStart(DIGITS, '0')}`;

export class World {
  private constructor(
    readonly own: InProcess,
    private readonly loads: readonly NativeLoad[],
    private readonly pids: { readonly gateways: readonly number[]; readonly redis: number },
    readonly stop: () => Promise<void>,
  ) {}

  /** Within `besideLoad`. */
  static async start({ partitions, gateways, sessions }: WorldOptions): Promise<World> {
    const redis = await startRedis({
      mode: 'single',
      appendonly: 'everysec',
      args: ['--auto-aof-rewrite-percentage', '0'],
    });
    const credentials = newCredentials();
    const env = { LOG_LEVEL: 'warn', FANFARE_DRAIN_SECONDS: '0', FANFARE_PARTITIONS: String(partitions) };
    // Those that no message passes through are left out.
    const others = { apis: 0, presences: 0, workers: 0, memberships: 0 };
    const fanfare = await onAllCores(() => startFanfare({ redis, credentials, gateways, ...others, env }));
    const pids = fanfare.gateways.map(({ pid }) => pid ?? 0);
    for (const pid of pids) pin(pid, SERVER_CORE);
    const folder = mkdtempSync(join(tmpdir(), 'fanfare-bench-'));
    const loads: NativeLoad[] = [];
    for (const [index, { port }] of fanfare.gateways.entries()) {
      const firstFrames = join(folder, `sessions-${index}`);
      const users = everyNth(sessions, gateways, index);
      writeFileSync(firstFrames, users.map((user) => `${connectFrame(user, credentials.tokenSecret)}\n`).join(''));
      const options = { port, path: '/v1/connect', sessions: users.length, kind: 'fanfare' as const, firstFrames };
      loads.push(await NativeLoad.start(options));
    }
    const own = await InProcess.open(redis.url, partitions);
    const stop = async (): Promise<void> => {
      for (const load of loads) load.stop();
      await own.close();
      await fanfare.stop();
      await redis.stop();
      rmSync(folder, { recursive: true, force: true });
    };
    return new World(own, loads, { gateways: pids, redis: redis.servers[0]?.pid ?? 0 }, stop);
  }

  /** The first of all users; those with a session come first. */
  makeGroup(name: string, members: number): Promise<void> {
    return makeGroup(this.own, name, members, userName);
  }

  cpu(): Cpu {
    const { user, system } = process.cpuUsage();
    return {
      gateways: this.pids.gateways.reduce((sum, pid) => sum + exactCpuSecondsOf(pid), 0),
      redis: exactCpuSecondsOf(this.pids.redis),
      publisher: (user + system) / 1e6,
    };
  }

  /** Messages that have come in all sessions together. */
  async received(): Promise<number> {
    const figures = await Promise.all(this.loads.map((load) => load.figures()));
    return figures.reduce((sum, { total }) => sum + total, 0);
  }
}

const everyNth = (count: number, step: number, first: number): string[] =>
  Array.from({ length: Math.ceil((count - first) / step) }, (_, index) => userName(first + index * step));

function connectFrame(user: string, secret: string): string {
  const exp = Math.floor(Date.now() / 1000) + TOKEN_SECONDS;
  const token = signToken({ claims: { sub: user, app: 'default', exp }, secret });
  return JSON.stringify({ event: 'connect', data: { token, device: 'bench' } });
}
