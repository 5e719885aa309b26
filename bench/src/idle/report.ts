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

const MIB = 2 ** 20;
const GATE_BYTES = 8000;
const OURS = 'Fanfare';
const HEAD = [
  '',
  'durability',
  'RSS, bytes a session',
  'PSS',
  'heap used',
  'external',
  'RSS after a message in each group',
  'RSS of the process, MiB',
  's to connect them',
] as const;

export function report(figures: ReadonlyMap<string, readonly Figures[]>, size: Size): BenchResult {
  const { sessions } = size;
  const names = [...figures.keys()];
  const ofRounds = (name: string): readonly Figures[] => figures.get(name) ?? [];
  const rss = (name: string): number => growth(ofRounds(name), sessions, (look) => look.rss);
  const marks = [
    {
      text: `an idle session costs the gateway at most ${GATE_BYTES / 1000} KB (${rounded(rss(OURS) / 1000, 2)})`,
      isMet: rss(OURS) <= GATE_BYTES,
    },
    {
      text: `${rounded(sessions)} sessions are held by one gateway, and each gets what is sent to its groups`,
      isMet: ofRounds(OURS).every(({ isVoid }) => !isVoid),
    },
  ];
  return {
    name: 'idle',
    title: 'An idle session',
    setting: setting(size),
    head: HEAD,
    rows: names.map((name) => rowOf(name, ofRounds(name), sessions)),
    marks: names.includes(OURS) ? marks : [],
    charts: [
      {
        name: 'idle',
        title: 'Memory of an idle session',
        kind: 'bar',
        categories: names.map((name) => name.replaceAll('`', '')),
        x: { label: '', isLog: false },
        y: { label: 'bytes of resident memory', isLog: false },
        series: [{ name: 'RSS', points: names.map(rss) }],
      },
    ],
    notes: names.flatMap((name) => voids(name, ofRounds(name))),
    figures: Object.fromEntries(figures),
  };
}

/** Bytes of each session, the median of the rounds. */
function growth(
  rounds: readonly Figures[],
  sessions: number,
  of: (look: Look) => number,
  at: 'idle' | 'delivered' = 'idle',
): number {
  const whole = rounds.filter(({ isVoid }) => !isVoid);
  return median(whole.map((one) => (of(one[at]) - of(one.before)) / sessions));
}

function rowOf(name: string, rounds: readonly Figures[], sessions: number): Row {
  const bytes = (of: (look: Look) => number, at?: 'idle' | 'delivered'): string =>
    rounded(growth(rounds, sessions, of, at));
  return [
    name,
    name === OURS ? 'stored, `everysec`' : 'none',
    bytes(({ rss }) => rss),
    bytes(({ pss }) => pss),
    bytes(({ heap }) => heap),
    bytes(({ external }) => external),
    bytes(({ rss }) => rss, 'delivered'),
    rounded(median(rounds.map(({ idle }) => idle.rss / MIB))),
    rounded(median(rounds.map(({ connectSeconds }) => connectSeconds)), 1),
  ];
}

function setting({ sessions, groups, groupsEach }: Size): string {
  const members = rounded((sessions * groupsEach) / groups);
  return (
    `${rounded(sessions)} sessions in one process, each authenticated by a token, a member of ${groupsEach} of ` +
    `${groups} groups (session i in groups i mod 10 + 0, 10, 20, 30, 40: ${members} members in each), idle. Those of ` +
    'Fanfare have a device each, came back with their positions in all of their timelines, and are caught up; what they ' +
    'are owed lies in Redis (AOF `everysec`). The peers store nothing. Every process is fresh, has the same options of ' +
    'Node, and was warmed up with 400 sessions that came and went. Memory is the growth from then, in bytes a session, ' +
    'after a garbage collection that its inspector was asked for: of the resident set (RSS, PSS: ' +
    '/proc/pid/smaps_rollup), and of what V8 says that it uses. What the kernel holds for sockets is in none of them.'
  );
}

function voids(name: string, rounds: readonly Figures[]): string[] {
  return rounds.flatMap(({ isVoid, held }, round) =>
    isVoid ? [`Void: ${name}, round ${round + 1}: ${JSON.stringify(held)}.`] : [],
  );
}
