/**
 * Puts a benchmark's result where it is read: its section in docs/benchmarks.md between two comments that name it, its
 * charts under docs/images, and every round of it as JSON under docs/benchmarks. What stands there is replaced.
 */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { workspaceRoot } from '@fanfare/testing';
import { machine } from '../machine.js';
import { table } from '../table.js';
import type { BenchResult, SuiteOptions } from './bench-result.js';
import { drawChart } from './draw-chart.js';

const MADE_TO_FIT = '<!-- prettier-ignore -->';

export function writeResult(result: BenchResult, { seconds, rounds }: SuiteOptions): void {
  const docs = join(workspaceRoot(), 'docs');
  const command = `npm run bench -- ${result.name} --seconds ${seconds} --rounds ${rounds}`;
  const measured = { on: machine(), at: new Date().toISOString().slice(0, 10), by: command };
  mkdirSync(join(docs, 'benchmarks'), { recursive: true });
  const json = JSON.stringify({ ...measured, marks: result.marks, figures: result.figures }, null, 1);
  writeFileSync(join(docs, 'benchmarks', `${result.name}.json`), `${json}\n`);
  for (const chart of result.charts) writeFileSync(join(docs, 'images', fileOf(chart.name)), drawChart(chart));
  const page = join(docs, 'benchmarks.md');
  writeFileSync(page, withSection(readFileSync(page, 'utf8'), result.name, section(result, measured)));
}

/** @throws where the page has no place for it: two comments, `<!-- bench <name> -->` and `<!-- end <name> -->` */
export function withSection(page: string, name: string, text: string): string {
  const [begin, end] = [`<!-- bench ${name} -->`, `<!-- end ${name} -->`];
  const [from, to] = [page.indexOf(begin), page.indexOf(end)];
  if (from < 0 || to < from) throw new Error(`docs/benchmarks.md has no place for ${name}: ${begin} and ${end}`);
  return `${page.slice(0, from + begin.length)}\n\n${text}\n\n${page.slice(to)}`;
}

function section(result: BenchResult, measured: { on: string; at: string; by: string }): string {
  const { title, setting, head, rows, marks, notes, charts } = result;
  const marked = marks.map(({ text, isMet }) => `- ${isMet ? 'met' : '**missed**'}: ${text}`);
  return [
    `## ${title}`,
    setting,
    `${MADE_TO_FIT}\n${table(head, rows)}`,
    marked.join('\n'),
    ...charts.map((chart) => `![${chart.title}](images/${fileOf(chart.name)})`),
    notes.map((note) => `- ${note}`).join('\n'),
    `\`${measured.by}\` on ${measured.at}, ${measured.on}. Every round: [${result.name}.json](benchmarks/${result.name}.json).`,
  ]
    .filter((part) => part !== '')
    .join('\n\n');
}

const fileOf = (chart: string): string => `bench-${chart}.svg`;
