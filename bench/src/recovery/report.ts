/** What coming back costs Redis, by contender and by how much was missed. */
import { percentile } from '../list/urgent.js';
import type { Mark } from '../marks.js';
import type { BenchResult } from '../report/bench-result.js';
import { median, rounded, type Row } from '../table.js';

/** Bytes that Redis received and sent, of each session. */
export interface Phase {
  readonly inBytes: number;
  readonly outBytes: number;
}

export interface Figures {
  readonly missedInGroup: number;
  readonly cutOff: Phase;
  readonly reconnect: Phase;
  /** The seconds after that. */
  readonly after: Phase;
  /** Commands that Redis carried out, those in scripts included, by name. */
  readonly calls: Readonly<Record<string, number>>;
  readonly seconds: number;
  readonly cpuSeconds: number;
  readonly redisCpuSeconds: number;
  readonly msOfEach: readonly number[];
  readonly lacking: number;
  readonly disordered: number;
  readonly recovered: number;
  readonly isVoid: boolean;
}

interface Size {
  readonly sessions: number;
  readonly groups: number;
  readonly settleSeconds: number;
}

const [OURS, PEER] = ['Fanfare; ', 'Socket.IO'];
const GATE = 20;
const HEAD = [
  '',
  'durability',
  'bytes a reconnect',
  'while they come back: in / out',
  'in the seconds after',
  'at the cut',
  'client calls of each',
  's until all are back',
  'p50 / p99 ms of each',
  'server CPU s',
  'Redis CPU s',
] as const;
/** What clients call; the others run inside of scripts. */
const OF_CLIENTS = ['evalsha', 'get', 'del', 'getdel', 'multi', 'exec', 'xrange', 'set', 'xread'];

const bytes = ({ inBytes, outBytes }: Phase): number => inBytes + outBytes;
const perReconnect = ({ reconnect, after }: Figures): number => bytes(reconnect) + bytes(after);

export function report(figures: ReadonlyMap<string, readonly Figures[]>, size: Size): BenchResult {
  const rows = [...figures].map(([name, all]) => rowOf(name, all, size.sessions));
  const middle = (prefix: string, missed: number): number => {
    const found = [...figures].find(([name]) => name.startsWith(prefix) && name.includes(`; ${missed} in each`));
    return median((found?.[1] ?? []).filter(({ isVoid }) => !isVoid).map(perReconnect));
  };
  const storms = [...new Set([...figures.values()].flat().map(({ missedInGroup }) => missedInGroup))];
  const ratio = (prefix: string, missed: number): number => middle(PEER, missed) / middle(prefix, missed);
  const [most = 0] = storms;
  const isComplete = [OURS, PEER].every((prefix) => [...figures.keys()].some((name) => name.startsWith(prefix)));
  return {
    name: 'recovery',
    title: 'Coming back',
    setting: setting(size),
    head: HEAD,
    rows,
    marks: [
      ...(isComplete ? [gate(ratio(OURS, most), most, size.groups)] : []),
      { text: 'all got everything, in order', isMet: [...figures.values()].flat().every(({ isVoid }) => !isVoid) },
    ],
    charts: [
      {
        name: 'recovery',
        title: 'Bytes of Redis for a reconnect',
        kind: 'bar',
        categories: [...figures.keys()],
        x: { label: '', isLog: false },
        y: { label: 'bytes', isLog: true },
        series: [{ name: 'in and out', points: [...figures.values()].map((all) => median(all.map(perReconnect))) }],
      },
    ],
    notes: [
      ...(isComplete ? storms : []).map((missed) => ratios(missed, size.groups, ratio)),
      ...[...figures].flatMap(([name, all]) => voids(name, all)),
    ],
    figures: Object.fromEntries([...figures].map(([name, all]) => [name, all.map(({ msOfEach: _, ...rest }) => rest)])),
  };
}

function gate(ratio: number, missed: number, groups: number): Mark {
  const what = `a reconnect with ${missed} missed messages in each of ${groups} groups`;
  return {
    text: `${what}: Socket.IO needs at least ${GATE} times the bytes of Redis (${rounded(ratio, 1)})`,
    isMet: ratio >= GATE,
  };
}

function setting({ sessions, groups, settleSeconds }: Size): string {
  return (
    `${rounded(sessions)} sessions in ${groups} shared groups are cut off, so many messages are published to each of the ` +
    'groups (75 bytes of payload each), and all come back to the same server, 256 at a time, with their positions (Fanfare) or with `pid` and ' +
    '`offset` (Socket.IO 4.8.4, connection state recovery, Redis Streams adapter 0.3.1). A session is back when it has ' +
    'every missed message, in order. Bytes are the growth of Redis’s total_net_input_bytes and total_net_output_bytes, ' +
    `from the first that comes back until ${settleSeconds} s after the last is back, without the benchmark’s own INFO, ` +
    'by sessions; renewals and checks that run meanwhile are in it. Everything has a fresh Redis with AOF `everysec`.'
  );
}

function rowOf(name: string, all: readonly Figures[], sessions: number): Row {
  const middle = (of: (one: Figures) => number, digits = 0): string => rounded(median(all.map(of)), digits);
  const isOurs = name.startsWith('Fanfare');
  const calls = ({ calls: by }: Figures): number =>
    OF_CLIENTS.reduce((sum, command) => sum + (isOurs && command !== 'evalsha' ? 0 : (by[command] ?? 0)), 0) / sessions;
  return [
    name,
    isOurs ? 'stored before it is accepted, `everysec`' : 'in a stream of 10,000, `everysec`',
    middle(perReconnect),
    `${middle(({ reconnect }) => reconnect.inBytes)} / ${middle(({ reconnect }) => reconnect.outBytes)}`,
    middle(({ after }) => bytes(after)),
    middle(({ cutOff }) => bytes(cutOff)),
    middle(calls, 2),
    middle(({ seconds }) => seconds, 1),
    `${middle(({ msOfEach }) => percentile(msOfEach, 0.5))} / ${middle(({ msOfEach }) => percentile(msOfEach, 0.99))}`,
    middle(({ cpuSeconds }) => cpuSeconds, 1),
    middle(({ redisCpuSeconds }) => redisCpuSeconds, 1),
  ];
}

function ratios(missed: number, groups: number, ratio: (prefix: string, missed: number) => number): string {
  const all = missed * groups;
  return (
    `${missed} missed in each group, ${all} by each session: Socket.IO’s bytes are ${rounded(ratio(OURS, missed), 1)} times ` +
    `Fanfare’s, ${rounded(ratio('Fanfare, with devices', missed), 1)} times where devices acknowledge what they got.`
  );
}

function voids(name: string, all: readonly Figures[]): string[] {
  return all.flatMap(({ isVoid, lacking, disordered, recovered }, round) =>
    isVoid
      ? [
          `Void: ${name}, round ${round + 1}: ${lacking} lacked messages, ${disordered} out of order, ${recovered} recovered.`,
        ]
      : [],
  );
}
