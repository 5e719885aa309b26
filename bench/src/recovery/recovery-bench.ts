/**
 * 10,000 sessions in five shared groups are cut off, messages are published to the groups, and all come back with their
 * positions: what that costs Redis in bytes, beside Socket.IO with connection state recovery on its Redis Streams adapter.
 * Bytes are what Redis itself counts of its network, over all connections, from the first that comes back until three
 * seconds after the last has everything, so what is stored or renewed afterwards is in it too.
 */
import { signToken, startRedis, until } from '@fanfare/testing';
import { LOAD_CORES, pin, SERVER_CORE } from '../cores.js';
import { cpuSecondsOf } from '../cpu-seconds.js';
import { Children } from '../load/children.js';
import type { BenchResult, SuiteOptions } from '../report/bench-result.js';
import { type Contender, CONTENDERS, type Running } from './contenders.js';
import type { CameBack, FromLoad, ToLoad } from './orders.js';
import { RedisTraffic, type Traffic } from './redis-traffic.js';
import { type Figures, type Phase, report } from './report.js';

const SESSIONS = 10_000;
const PROCESSES = 4;
const AT_ONCE = 64;
const GROUPS = ['g1', 'g2', 'g3', 'g4', 'g5'];
/** In each group, by storm: the gate's, and one in which 20 are missed in all. */
export const MISSED = [20, 4] as const;
const SETTLE_MS = 3000;
const TOKEN_SECONDS = 24 * 3600;
const LOAD_SCRIPT = new URL('./load-process.js', import.meta.url);

type Load = Children<ToLoad, FromLoad>;

interface Stage {
  readonly running: Running;
  readonly traffic: RedisTraffic;
  readonly load: Load;
  readonly ownBytes: number;
}

const say = (text: string): void => void process.stderr.write(`${text}\n`);
const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));
const users = Array.from({ length: SESSIONS }, (_, index) => `user-${index}`);

export async function recoveryBench({ rounds, only }: SuiteOptions): Promise<BenchResult> {
  const figures = new Map<string, Figures[]>();
  for (let round = 1; round <= rounds; round += 1) {
    for (const contender of CONTENDERS.filter(({ name }) => name.includes(only))) {
      say(`round ${round} of ${rounds}: ${contender.name} …`);
      for (const one of await measure(contender)) {
        const row = rowOf(contender.name, one.missedInGroup);
        figures.set(row, [...(figures.get(row) ?? []), one]);
      }
    }
  }
  return report(figures, { sessions: SESSIONS, groups: GROUPS.length, settleSeconds: SETTLE_MS / 1000 });
}

export function rowOf(name: string, missedInGroup: number): string {
  return `${name}; ${missedInGroup} in each group`;
}

async function measure(contender: Contender): Promise<Figures[]> {
  const redis = await startRedis({ mode: 'single', appendonly: 'everysec' });
  const load: Load = Children.start(LOAD_SCRIPT, PROCESSES);
  const traffic = new RedisTraffic(redis.port);
  const running = await contender.start(redis, users, GROUPS);
  try {
    pin(running.pid, SERVER_CORE);
    for (const pid of load.pids) pin(pid, LOAD_CORES);
    await prepare(contender, load, running);
    const stage = { running, traffic, load, ownBytes: await traffic.ownBytes() };
    await comeBack(stage, 0);
    await running.publish(GROUPS, 1);
    await until(async () => (await counted(load)) === SESSIONS * GROUPS.length, {
      what: 'a message from each group to be with everybody',
      deadlineMs: 30_000,
      everyMs: 200,
    });
    await pause(SETTLE_MS);
    const figures: Figures[] = [];
    for (const missed of MISSED) figures.push(await storm(stage, missed));
    await cutOffAll(stage);
    return figures;
  } finally {
    load.stop();
    traffic.close();
    await running.stop();
    await redis.stop();
  }
}

async function prepare({ kind, acknowledges }: Contender, load: Load, { port, tokenSecret }: Running): Promise<void> {
  const exp = Math.floor(Date.now() / 1000) + TOKEN_SECONDS;
  const credentials = users.map((sub) => ({
    token: signToken({ claims: { sub, app: 'default', exp }, secret: tokenSecret }),
    groups: GROUPS,
    ...(acknowledges && { device: 'phone' }),
  }));
  await load.ask('ready', (index) => {
    const own = credentials.filter((_, at) => at % PROCESSES === index);
    return { clients: { port, kind, acknowledges, atOnce: AT_ONCE, credentials: own } };
  });
}

/** Cut off, publish, and come back. */
async function storm(stage: Stage, missedInGroup: number): Promise<Figures> {
  const { running, traffic } = stage;
  const atCut = await traffic.read();
  await cutOffAll(stage);
  await pause(SETTLE_MS);
  const cutOff = phase(atCut, await traffic.read(), stage);
  await running.publish(GROUPS, missedInGroup);
  await pause(SETTLE_MS);

  const expected = missedInGroup * GROUPS.length;
  const [begin, cpuBefore, before] = [performance.now(), cpuSecondsOf(running.pid), await traffic.read()];
  const back = await comeBack(stage, expected);
  const seconds = (performance.now() - begin) / 1000;
  const allBack = await traffic.read();
  const cpuSeconds = cpuSecondsOf(running.pid) - cpuBefore;
  await pause(SETTLE_MS);
  const end = await traffic.read();
  const isVoid = back.lacking > 0 || back.disordered > 0 || back.recovered !== SESSIONS;
  if (isVoid)
    say(`  VOID: ${back.lacking} lack messages, ${back.disordered} out of order, ${back.recovered} recovered`);
  return {
    missedInGroup,
    cutOff,
    reconnect: phase(before, allBack, stage),
    after: phase(allBack, end, stage),
    calls: difference(before, end),
    seconds,
    cpuSeconds,
    redisCpuSeconds: end.cpuSeconds - before.cpuSeconds,
    msOfEach: back.ms,
    ...{ lacking: back.lacking, disordered: back.disordered, recovered: back.recovered, isVoid },
  };
}

async function cutOffAll({ load, running }: Stage): Promise<void> {
  await load.ask('cut', () => ({ order: 'cut' }));
  const isEmpty = async (): Promise<boolean> => (await running.sessions()) === 0;
  await until(isEmpty, { what: 'every session to be closed', deadlineMs: 60_000, everyMs: 200 });
}

/** @param expected messages of each, after which it is done */
async function comeBack({ load }: Stage, expected: number): Promise<CameBack> {
  const shown = new Map<number, number>();
  const showing = setInterval(() => say(`  ${[...shown.values()].reduce((a, b) => a + b, 0)} are back`), 2000);
  const all = await load.ask<'result', CameBack>(
    'result',
    () => ({ connect: { expected } }),
    (index, message) => 'progress' in message && shown.set(index, message.progress),
  );
  clearInterval(showing);
  const sum = (of: (one: CameBack) => number): number => all.reduce((total, one) => total + of(one), 0);
  return {
    lacking: sum(({ lacking }) => lacking),
    disordered: sum(({ disordered }) => disordered),
    recovered: sum(({ recovered }) => recovered),
    ms: all.flatMap(({ ms }) => ms),
  };
}

async function counted(load: Load): Promise<number> {
  const all = await load.ask<'count', number>('count', () => ({ order: 'count' }));
  return all.reduce((sum, one) => sum + one, 0);
}

/** Bytes of each session; what the looking itself costs is taken off. */
function phase(from: Traffic, to: Traffic, { ownBytes }: Stage): Phase {
  const inBytes = to.inBytes - from.inBytes;
  const outBytes = to.outBytes - from.outBytes - ownBytes;
  return { inBytes: inBytes / SESSIONS, outBytes: outBytes / SESSIONS };
}

function difference(from: Traffic, to: Traffic): Record<string, number> {
  const names = Object.keys(to.calls).filter((name) => name !== 'info');
  const counts = names.map((name) => [name, (to.calls[name] ?? 0) - (from.calls[name] ?? 0)] as const);
  return Object.fromEntries(counts.filter(([, count]) => count > 0));
}
