// What a run came to, as people and as programs read it.
import type { Verdict } from '@fanfare/testing';
import type { Tally } from './faults/onslaught.js';
import type { FaultKind } from './schedule.js';

export interface Report {
  readonly seed: number;
  readonly seconds: number;
  /** How long what was missing took to come, once nothing was broken any more. */
  readonly settledMs: number;
  readonly sent: number;
  readonly verdict: Verdict;
  /** Users who have not got every list once. */
  readonly lists: readonly string[];
  readonly faults: Readonly<Record<FaultKind, Tally>>;
  readonly seen: { readonly gaps: number; readonly catchUps: number; readonly takeovers: number };
}

const FINDINGS_SHOWN = 12;
const COUNTED = ['lost', 'repeated', 'order', 'foreign', 'conflict', 'unread'] as const;

/** Kinds of faults that hit nothing in flight: a run with one of them shows nothing. */
export function missed({ faults }: Report): string[] {
  return Object.entries(faults).flatMap(([kind, { hit }]) => (hit === 0 ? [kind] : []));
}

/** Redis loses nothing in these runs, so nobody may be told that something was lost either. */
export function findings({ verdict, lists }: Report): string[] {
  const { violations, counts } = verdict;
  const resets = counts.resets > 0 ? [`reset: ${counts.resets} times, and nothing was lost`] : [];
  return [
    ...violations.map(({ kind, text }) => `${kind}: ${text}`),
    ...lists.map((finding) => `list: ${finding}`),
    ...resets,
  ];
}

export type Judgement = 'passed' | 'FAILED' | 'void';

export function judgement(report: Report): Judgement {
  if (findings(report).length > 0) return 'FAILED';
  return missed(report).length > 0 ? 'void' : 'passed';
}

export function text(report: Report): string {
  const { seed, seconds, sent, seen, settledMs } = report;
  const { accepted, appeared, delivered, dropped, connections } = report.verdict.counts;
  const lines = [
    `Seed ${seed}, ${seconds} s: ${sent} messages sent, ${accepted} accepted, ${appeared} without an answer that came, ${delivered} deliveries`,
    `faults that hit something in flight: ${tallies(report)}`,
    `connections ${connections}, gaps ${seen.gaps}, catch-up pages ${seen.catchUps}, takeovers ${seen.takeovers}, repeats dropped by clients ${dropped}`,
    `everything had come ${settledMs} ms after the last fault was healed`,
    COUNTED.map((kind) => `${kind} ${countOf(report, kind)}`).join(', '),
    ...shown(findings(report)),
    ...missed(report).map((kind) => `void: ${kind} hit nothing in flight`),
    judgement(report),
  ];
  return `${lines.join('\n  ')}\n`;
}

const countOf = ({ verdict }: Report, wanted: string): number =>
  verdict.violations.filter(({ kind }) => kind === wanted).length;

const tallies = ({ faults }: Report): string =>
  Object.entries(faults)
    .map(([kind, { hit, struck }]) => `${kind} ${hit === struck ? hit : `${hit} of ${struck}`}`)
    .join(', ');

const shown = (list: readonly string[]): string[] => [
  ...list.slice(0, FINDINGS_SHOWN),
  ...(list.length > FINDINGS_SHOWN ? [`… and ${list.length - FINDINGS_SHOWN} more`] : []),
];

/** One row a run, and the sums; for docs/operations.md. */
export function table(reports: readonly Report[]): string {
  const head = ['seed', 'accepted', 'deliveries', 'faults', 'gaps', 'takeovers', 'catch-ups', ...COUNTED, 'verdict'];
  const numbers = reports.map((report) => numbersOf(report));
  const sums = (numbers[0] ?? []).map((_, column) => numbers.reduce((sum, row) => sum + (row[column] ?? 0), 0));
  const rows = reports.map((report, index) => [report.seed, ...(numbers[index] ?? []), judgement(report)]);
  const lines = [head, head.map(() => '---'), ...rows, ['all', ...sums, '']];
  return lines.map((row) => `| ${row.join(' | ')} |\n`).join('') + hits(reports);
}

function numbersOf(report: Report): number[] {
  const { accepted, delivered } = report.verdict.counts;
  const { gaps, takeovers, catchUps } = report.seen;
  const faults = Object.values(report.faults).reduce((sum, { hit }) => sum + hit, 0);
  return [accepted, delivered, faults, gaps, takeovers, catchUps, ...COUNTED.map((kind) => countOf(report, kind))];
}

function hits(reports: readonly Report[]): string {
  const sums = new Map<string, number>();
  for (const { faults } of reports) {
    for (const [kind, { hit }] of Object.entries(faults)) sums.set(kind, (sums.get(kind) ?? 0) + hit);
  }
  return `\nHits in flight: ${[...sums].map(([kind, hit]) => `${kind} ${hit}`).join(', ')}\n`;
}
