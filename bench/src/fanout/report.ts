/** What the rounds of a fan-out say: a row for each contender and way of publishing, and the ratios that gates ask for. */
import type { Mark } from '../marks.js';
import type { BenchResult, Chart } from '../report/bench-result.js';
import { median, type Row, rounded } from '../table.js';
import type { Contender } from './contender.js';
import { FANFARE, ONE_BY_ONE } from './fanfare.js';
import { LIMIT, LIMIT_LONG } from './limit.js';
import { BURSTS, type Figures, type Mode, MODES, ONE } from './rounds.js';

/** By contender and mode, a figure for each round. */
export type AllFigures = ReadonlyMap<Contender, ReadonlyMap<Mode, readonly Figures[]>>;

const GATES: readonly { readonly mode: Mode; readonly beside: string; readonly atLeast: number }[] = [
  { mode: ONE, beside: 'ws', atLeast: 1.15 },
  { mode: ONE, beside: 'Socket.IO, redis-adapter', atLeast: 1.35 },
  { mode: ONE, beside: LIMIT, atLeast: 0.7 },
  { mode: BURSTS, beside: 'Socket.IO, redis-adapter', atLeast: 10 },
  { mode: BURSTS, beside: LIMIT, atLeast: 0.55 },
];
/** Shown, but no gate. */
const ALSO: typeof GATES = [
  { mode: ONE, beside: ONE_BY_ONE, atLeast: 0 },
  { mode: ONE, beside: LIMIT_LONG, atLeast: 0 },
  { mode: BURSTS, beside: ONE_BY_ONE, atLeast: 0 },
  { mode: BURSTS, beside: 'ws', atLeast: 0 },
  { mode: BURSTS, beside: LIMIT_LONG, atLeast: 0 },
];

export function resultOf(all: AllFigures, sessions: number, notes: readonly string[]): BenchResult {
  const rows = MODES.flatMap((mode) =>
    [...all].flatMap(([contender, modes]) => {
      const figures = modes.get(mode);
      return figures ? [rowOf(contender, mode, figures)] : [];
    }),
  );
  return {
    name: 'fanout',
    title: `Live fan-out to ${rounded(sessions)} sessions of a group`,
    setting: settingOf(sessions),
    head: HEAD,
    rows,
    marks: marksOf(all),
    charts: [ONE, BURSTS].map((mode) => chartOf(all, mode, sessions)),
    notes: [...notes, ...alsoNotes(all), ...loadNotes(all), ...voidNotes(all)],
    figures: [...all].map(([{ name, durability }, modes]) => ({
      ...{ name, durability },
      modes: Object.fromEntries([...modes].map(([mode, figures]) => [mode.name, figures])),
    })),
  };
}

const settingOf = (sessions: number): string =>
  `Each message is a JSON of 171 bytes from another process, to ${rounded(sessions)} WebSocket sessions that one server ` +
  'process on a core of its own holds. “One at a time” and “bursts of 16”: the next when every session has the ones ' +
  'before; “50 a second”: on time, whatever the server does. The clients are one native process that checks that each ' +
  'session gets every message once and in order. Fanfare’s sessions are of as many users, each with a device, and ' +
  'acknowledge once a second. CPU time is that of the server process, kernel included; latency is from ' +
  'publishing to the read in the client.';

const HEAD: Row = [
  'who, how',
  'durability',
  'bytes a frame',
  'deliveries per CPU-second',
  'CPU µs a delivery',
  'deliveries/s',
  'p50 / p99 / p99.9 ms',
  'RSS MiB',
  'server busy',
  'load’s CPU µs a delivery',
];

function rowOf({ name, durability }: Contender, mode: Mode, rounds: readonly Figures[]): Row {
  const middle = (of: (one: Figures) => number): number => median(valid(rounds).map(of));
  const ms = (of: (one: Figures) => number): string => rounded(middle(of), 1);
  return [
    `${name}, ${mode.name}`,
    durability,
    rounded(middle(({ frameBytes }) => frameBytes)),
    rounded(middle(({ perCpuSecond }) => perCpuSecond)),
    rounded(
      middle(({ perCpuSecond }) => 1e6 / perCpuSecond),
      2,
    ),
    rounded(middle(({ deliveries, wallSeconds }) => deliveries / wallSeconds)),
    `${ms(({ p50 }) => p50)} / ${ms(({ p99 }) => p99)} / ${ms(({ p999 }) => p999)}`,
    rounded(middle(({ rssMiB }) => rssMiB)),
    `${rounded(100 * middle(({ cpuSeconds, wallSeconds }) => cpuSeconds / wallSeconds))}%`,
    rounded(
      middle(({ loadCpuSeconds, deliveries }) => (loadCpuSeconds * 1e6) / deliveries),
      2,
    ),
  ];
}

const valid = (rounds: readonly Figures[]): Figures[] => rounds.filter((one) => one.void === '');

function roundsOf(all: AllFigures, name: string, mode: Mode): readonly Figures[] {
  for (const [contender, modes] of all) if (contender.name === name) return modes.get(mode) ?? [];
  return [];
}

/** The middle of the rounds' ratios: what a minute of the machine does to both is left out. NaN where one did not run. */
function ratio(all: AllFigures, mode: Mode, beside: string): number {
  const theirs = roundsOf(all, beside, mode);
  const ratios = roundsOf(all, FANFARE, mode).flatMap((ours, round) => {
    const other = theirs[round];
    return other && ours.void === '' && other.void === '' ? [ours.perCpuSecond / other.perCpuSecond] : [];
  });
  return median(ratios);
}

function marksOf(all: AllFigures): Mark[] {
  return GATES.flatMap(({ mode, beside, atLeast }) => {
    const reached = ratio(all, mode, beside);
    if (Number.isNaN(reached)) return [];
    const text = `${mode.name}: at least ${atLeast} of ${beside} per CPU-second, is ${rounded(reached, 2)}`;
    return [{ text, isMet: reached >= atLeast }];
  });
}

function alsoNotes(all: AllFigures): string[] {
  return ALSO.flatMap(({ mode, beside }) => {
    const reached = ratio(all, mode, beside);
    return Number.isNaN(reached) ? [] : [`Fanfare, ${mode.name}: ${rounded(reached, 2)} of ${beside}.`];
  });
}

/** That the load was not the limit, and that Fanfare's sessions did acknowledge. */
function loadNotes(all: AllFigures): string[] {
  const every = [...all.values()].flatMap((modes) => [...modes.values()].flatMap(valid));
  const busiest = Math.max(...every.map(({ loadCpuSeconds, wallSeconds }) => loadCpuSeconds / wallSeconds));
  const ours = MODES.flatMap((mode) => valid(roundsOf(all, FANFARE, mode)));
  const acks = median(ours.map(({ acks, wallSeconds }) => acks / wallSeconds));
  return [
    ...(every.length === 0 ? [] : [`The load used at most ${rounded(100 * busiest)}% of its core.`]),
    ...(ours.length === 0 ? [] : [`Fanfare’s sessions sent ${rounded(acks)} acknowledgements a second.`]),
  ];
}

function voidNotes(all: AllFigures): string[] {
  return [...all].flatMap(([{ name }, modes]) =>
    [...modes].flatMap(([mode, rounds]) =>
      rounds.flatMap((one, index) =>
        one.void === '' ? [] : [`${name}, ${mode.name}: round ${index + 1} is void: ${one.void}.`],
      ),
    ),
  );
}

function chartOf(all: AllFigures, mode: Mode, sessions: number): Chart {
  const shown = [...all].filter(([, modes]) => modes.has(mode));
  const points = shown.map(([, modes]) => median(valid(modes.get(mode) ?? []).map((one) => one.perCpuSecond)));
  return {
    name: `fanout-${mode.name.replaceAll(' ', '-')}`,
    title: `Deliveries per CPU-second, ${mode.name}, ${rounded(sessions)} sessions`,
    kind: 'bar',
    categories: shown.map(([{ name }]) => name),
    x: { label: '', isLog: false },
    y: { label: 'deliveries per CPU-second', isLog: false },
    series: [{ name: 'deliveries per CPU-second', points }],
  };
}
