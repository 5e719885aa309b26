/** A benchmark's result on standard output, and its figures in a file where one is asked for. */
import { writeFileSync } from 'node:fs';
import { machine } from '../machine.js';
import { printMarks } from '../marks.js';
import { table } from '../table.js';
import type { BenchResult } from './bench-result.js';

export function printResult(result: BenchResult, jsonFile: string | undefined): void {
  const { title, setting, head, rows, notes, marks } = result;
  const below = notes.map((note) => `- ${note}\n`).join('');
  process.stdout.write(`\n## ${title}\n\n${setting}\n\n${table(head, rows)}\n\n${below}On ${machine()}\n`);
  printMarks(marks);
  if (jsonFile !== undefined) writeFileSync(jsonFile, `${JSON.stringify(result.figures, null, 2)}\n`);
}
