/**
 * How long a query takes over Fanfare's transport beside Nest's own over Redis: the same handler, the same Redis (AOF
 * always), replicas as processes of their own, rounds in turn. How often a request is handled is counted at the replicas.
 */
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { RedisTransportClient } from '@fanfare/redis-transport';
import { startRedis } from '@fanfare/testing';
import { Logger } from '@nestjs/common';
import { type ClientProxy, ClientProxyFactory, Transport } from '@nestjs/microservices';
import { lastValueFrom } from 'rxjs';
import { percentile } from '../list/urgent.js';
import { machine } from '../machine.js';
import type { BenchOptions } from '../publish/publish-bench.js';
import { median, rounded, table } from '../table.js';

const kinds = ['fanfare', 'nest'] as const;
type Kind = (typeof kinds)[number];

interface Figures {
  readonly p50: number;
  readonly p99: number;
  readonly p50Busy: number;
  readonly p99Busy: number;
  readonly handledEach: number;
}

const AT_ONCE = 16;
const data = { users: Array.from({ length: 10 }, (_, index) => `user-${index}`) };
const names: Record<Kind, string> = { fanfare: "Fanfare's transport", nest: "Nest's own" };

export async function rpcBench({ seconds, rounds, jsonFile, only }: BenchOptions): Promise<void> {
  process.stderr.write(`On ${machine()}\n`);
  Logger.overrideLogger(['error']); // Nest's client logs each answer that nobody waits for any more
  const wanted = [1, 3].flatMap((replicas) => kinds.map((kind) => ({ kind, replicas, name: nameOf(kind, replicas) })));
  const rows = wanted.filter(({ name }) => name.includes(only)).map((row) => ({ ...row, rounds: [] as Figures[] }));
  const redis = await startRedis({ mode: 'single', appendonly: 'always' });
  try {
    for (let round = 1; round <= rounds; round += 1) {
      for (const row of rows) {
        process.stderr.write(`round ${round} of ${rounds}: ${row.name}\n`);
        row.rounds.push(await measure(row.kind, row.replicas, redis.port, seconds));
      }
    }
  } finally {
    await redis.stop();
  }
  report(rows, jsonFile);
}

const nameOf = (kind: Kind, replicas: number): string =>
  `${names[kind]}, ${replicas} ${replicas === 1 ? 'replica' : 'replicas'}`;

async function measure(kind: Kind, count: number, port: number, seconds: number): Promise<Figures> {
  const replicas = await Promise.all(Array.from({ length: count }, () => startReplica(kind, port)));
  const client = clientOf(kind, port);
  try {
    await client.connect();
    await load(client, Math.min(1, seconds), 1); // warm-up
    const before = await handledBy(replicas);
    const single = await load(client, seconds / 2, 1);
    const busy = await load(client, seconds / 2, AT_ONCE);
    const handled = (await handledBy(replicas)) - before;
    return {
      ...{ p50: percentile(single, 0.5), p99: percentile(single, 0.99) },
      ...{ p50Busy: percentile(busy, 0.5), p99Busy: percentile(busy, 0.99) },
      handledEach: handled / (single.length + busy.length),
    };
  } finally {
    await client.close();
    await Promise.all(replicas.map(stopReplica));
  }
}

async function startReplica(kind: Kind, port: number): Promise<ChildProcess> {
  const replica = fork(fileURLToPath(new URL('replica.js', import.meta.url)), [kind, String(port)]);
  await once(replica, 'message');
  return replica;
}

async function stopReplica(replica: ChildProcess): Promise<void> {
  const exited = once(replica, 'exit');
  replica.disconnect();
  await exited;
}

/** Queries that the handlers have run, all replicas together; asked when none is under way. */
async function handledBy(replicas: readonly ChildProcess[]): Promise<number> {
  const counts = replicas.map(async (replica) => {
    const answered = once(replica, 'message') as Promise<[{ handled: number }]>;
    replica.send('count');
    return (await answered)[0].handled;
  });
  return (await Promise.all(counts)).reduce((sum, count) => sum + count, 0);
}

function clientOf(kind: Kind, port: number): ClientProxy {
  if (kind === 'fanfare') return new RedisTransportClient({ host: '127.0.0.1', port });
  return ClientProxyFactory.create({ transport: Transport.REDIS, options: { host: '127.0.0.1', port } });
}

/** Milliseconds of every query, one after the other in each of so many lanes. */
async function load(client: ClientProxy, seconds: number, lanes: number): Promise<number[]> {
  const until = performance.now() + seconds * 1000;
  const times: number[] = [];
  const lane = async (): Promise<void> => {
    while (performance.now() < until) {
      const start = performance.now();
      await lastValueFrom(client.send<unknown>('bench.echo.v1', data));
      times.push(performance.now() - start);
    }
  };
  await Promise.all(Array.from({ length: lanes }, lane));
  return times;
}

function report(rows: readonly { name: string; rounds: readonly Figures[] }[], jsonFile: string | undefined): void {
  const middle = (rounds: readonly Figures[], figure: keyof Figures): string =>
    rounded(median(rounds.map((each) => each[figure])), 2);
  const busy = `${AT_ONCE} at once`;
  const head = ['a query over', 'p50 ms', 'p99 ms', `p50 ms, ${busy}`, `p99 ms, ${busy}`, 'handled, each'] as const;
  const lines = rows.map(({ name, rounds }) => {
    const figures = (['p50', 'p99', 'p50Busy', 'p99Busy', 'handledEach'] as const).map((key) => middle(rounds, key));
    return [name, ...figures] as const;
  });
  process.stdout.write(`${table(head, lines)}\n`);
  if (jsonFile !== undefined) writeFileSync(jsonFile, JSON.stringify({ machine: machine(), rows }, null, 2));
}
