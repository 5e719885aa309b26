/** What the rounds come to: a row for each contender and number of requests at once. */
import type { BenchResult } from '../report/bench-result.js';
import { median, type Row, rounded } from '../table.js';
import type { LoadResult } from './programs.js';
import { MESSAGES, PAGE, USERS } from './targets.js';

const [MARK_PER_SECOND, MARK_MS] = [7500, 5];

export interface Figures extends LoadResult {
  readonly round: number;
  readonly target: string;
  readonly connections: number;
  /** Of the process that answers, for each page. */
  readonly cpuMicros: number;
}

interface Line {
  readonly target: string;
  readonly connections: number;
  readonly middle: (of: (one: Figures) => number) => number;
}

export function resultOf(figures: readonly Figures[]): BenchResult {
  const lines = linesOf(figures.filter(({ failed }) => failed === 0));
  const isMet = lines.some(
    ({ target, middle }) =>
      target.startsWith('Fanfare') &&
      middle((one) => one.perSecond) >= MARK_PER_SECOND &&
      middle((one) => one.p99Ms) < MARK_MS,
  );
  return {
    name: 'inbox',
    title: 'Inbox pages beside Webdis',
    setting:
      `The newest ${PAGE} of ${MESSAGES} messages of one of ${rounded(USERS)} users, at random, over HTTP. Fanfare says ` +
      'what was read, checks the API key and leaves out what has expired; Webdis hands on what `LRANGE` answers. Whoever is ' +
      'asked runs on one core alone (Webdis with its two threads, the api with its one); Redis and the load (wrk) share the ' +
      'others. Reading waits for no disk.',
    head: ['', 'AOF', 'pages/s', 'p50 ms', 'p99 ms', 'CPU µs a page', 'bytes a page'],
    rows: lines.map(row),
    marks: [{ text: `one api: ${rounded(MARK_PER_SECOND)} pages a second with a p99 under ${MARK_MS} ms`, isMet }],
    charts: [chart(lines)],
    notes: figures.filter(({ failed }) => failed > 0).map(voided),
    figures,
  };
}

function linesOf(figures: readonly Figures[]): Line[] {
  const groups = new Map<string, Figures[]>();
  for (const one of figures) {
    const name = `${one.target} ${one.connections}`;
    groups.set(name, [...(groups.get(name) ?? []), one]);
  }
  return [...groups.values()].flatMap((all) => {
    const [first] = all;
    if (!first) return [];
    const { target, connections } = first;
    return [{ target, connections, middle: (of) => median(all.map(of)) }];
  });
}

function row({ target, connections, middle }: Line): Row {
  return [
    `${target}, ${connections} at once`,
    'always',
    rounded(middle((one) => one.perSecond)),
    rounded(
      middle((one) => one.p50Ms),
      2,
    ),
    rounded(
      middle((one) => one.p99Ms),
      2,
    ),
    rounded(middle((one) => one.cpuMicros)),
    rounded(middle((one) => one.bytesEach)),
  ];
}

function chart(lines: readonly Line[]): BenchResult['charts'][number] {
  const pointsOf = (name: string) =>
    lines
      .filter(({ target }) => target === name)
      .map(({ connections, middle }) => [connections, middle((one) => one.perSecond)] as const);
  return {
    name: 'inbox',
    title: 'Inbox pages a second',
    kind: 'line',
    categories: [],
    x: { label: 'requests at once', isLog: true },
    y: { label: 'pages a second', isLog: false },
    series: [...new Set(lines.map(({ target }) => target))].map((name) => ({ name, points: pointsOf(name) })),
  };
}

const voided = ({ round, target, connections, failed }: Figures): string =>
  `Void: round ${round} of ${target}, ${connections} at once: ${failed} requests failed.`;
