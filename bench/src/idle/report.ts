/** What an idle session costs, by contender. */
import type { BenchResult } from '../report/bench-result.js';
import { median, rounded, type Row } from '../table.js';
import type { Held } from './orders.js';
import type { Resident } from './resident.js';

/** Bytes. */
export interface Look extends Resident {
  readonly heap: number;
  /** Buffers and what else V8 knows to lie outside its heap. */
  readonly external: number;
}

export interface Figures {
  /** After warming up, without a session. */
  readonly before: Look;
  readonly idle: Look;
  /** After each session got a message in each of its groups. */
  readonly delivered: Look;
  readonly held: Held;
  readonly connectSeconds: number;
  readonly isVoid: boolean;
}

interface Size {
  readonly sessions: number;
  readonly groups: number;
  readonly groupsEach: number;
}

const KIB = 1024;
const GATE_KIB = 8;
const OURS = 'Fanfare';

export function report(figures: ReadonlyMap<string, readonly Figures[]>, size: Size): BenchResult {
  const { sessions, groups, groupsEach } = size;
  const kib = (name: string, of: (one: Figures) => number): number =>
    median((figures.get(name) ?? []).filter(({ isVoid }) => !isVoid).map((one) => of(one) / sessions / KIB));
  const rss = (name: string): number => kib(name, ({ idle, before }) => idle.rss - before.rss);
  const names = [...figures.keys()];
  const rows = names.map((name): Row => [
    name,
    'none on its side',
    rounded(rss(name), 2),
    rounded(
      kib(name, ({ idle, before }) => idle.pss - before.pss),
      2,
    ),
    rounded(
      kib(name, ({ idle, before }) => idle.heap - before.heap),
      2,
    ),
    rounded(
      kib(name, ({ idle, before }) => idle.external - before.external),
      2,
    ),
    rounded(
      kib(name, ({ delivered, before }) => delivered.rss - before.rss),
      2,
    ),
    rounded(median((figures.get(name) ?? []).map(({ idle }) => idle.rss / KIB / KIB))),
    rounded(median((figures.get(name) ?? []).map(({ connectSeconds }) => connectSeconds)), 1),
  ]);
  const voids = names.flatMap((name) =>
    (figures.get(name) ?? []).flatMap(({ isVoid, held }, round) =>
      isVoid ? [`Void: ${name}, round ${round + 1}: ${JSON.stringify(held)}.`] : [],
    ),
  );
  return {
    name: 'idle',
    title: 'An idle session',
    setting:
      `${rounded(sessions)} sessions in one process, each authenticated by a token, a member of ${groupsEach} of ` +
      `${groups} groups (session i in groups i mod 10 + 0, 10, 20, 30, 40: ${rounded((sessions * groupsEach) / groups)} ` +
      'members in each), idle. Those of Fanfare have a device each, came back with their positions in all of their ' +
      'timelines, and are caught up; what they are owed lies in Redis (AOF `everysec`). The peers store nothing. Every ' +
      'process is fresh, has the same options of Node, and was warmed up with 400 sessions that came and went. Memory is ' +
      'the growth from then, in KiB a session, after a garbage collection that its inspector was asked for: of the ' +
      'resident set (RSS, PSS: /proc/pid/smaps_rollup), and of what V8 says that it uses. What the kernel holds for ' +
      'sockets is in none of them.',
    head: [
      '',
      'durability',
      'RSS, KiB a session',
      'PSS',
      'heap used',
      'external',
      'RSS after a message in each group',
      'RSS of the process, MiB',
      's to connect them',
    ],
    rows,
    marks: names.includes(OURS)
      ? [
          {
            text: `an idle session costs the gateway at most ${GATE_KIB} KiB (${rounded(rss(OURS), 2)})`,
            isMet: rss(OURS) <= GATE_KIB,
          },
          {
            text: `${rounded(sessions)} sessions are held by one gateway, and each gets what is sent to its groups`,
            isMet: (figures.get(OURS) ?? []).every(({ isVoid }) => !isVoid),
          },
        ]
      : [],
    charts: [
      {
        name: 'idle',
        title: 'Memory of an idle session',
        kind: 'bar',
        categories: names.map((name) => name.replaceAll('`', '')),
        x: { label: '', isLog: false },
        y: { label: 'KiB of resident memory', isLog: false },
        series: [{ name: 'RSS', points: names.map(rss) }],
      },
    ],
    notes: voids,
    figures: Object.fromEntries(figures),
  };
}
