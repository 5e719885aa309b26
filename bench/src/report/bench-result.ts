/**
 * What a benchmark of the suite hands back: printed by itself, or written into docs/benchmarks.md by the suite. Every
 * figure in the table is the median of the rounds; `figures` holds each round as it was measured.
 */
import type { Mark } from '../marks.js';
import type { Row } from '../table.js';

export interface BenchResult {
  /** As it is called on the command line. */
  readonly name: string;
  readonly title: string;
  /** What was done, with which durability, and what a row counts: Markdown, a paragraph. */
  readonly setting: string;
  readonly head: Row;
  readonly rows: readonly Row[];
  readonly marks: readonly Mark[];
  readonly charts: readonly Chart[];
  /** What stands below the table: what the profile shows of a goal that is missed, rounds that are void. */
  readonly notes: readonly string[];
  /** Every round, for the JSON file. */
  readonly figures: unknown;
}

export interface Chart {
  /** Of the file, without its ending: docs/images/bench-<name>.svg */
  readonly name: string;
  readonly title: string;
  readonly kind: 'bar' | 'line';
  /** Categories of bars; the x values of lines stand in the series. */
  readonly categories: readonly string[];
  readonly x: Axis;
  readonly y: Axis;
  readonly series: readonly Series[];
}

export interface Axis {
  readonly label: string;
  readonly isLog: boolean;
}

export interface Series {
  readonly name: string;
  /** Of bars: one for each category. Of lines: x and y. */
  readonly points: readonly number[] | readonly (readonly [x: number, y: number])[];
}

export interface SuiteOptions {
  /** Length of each timed row. */
  readonly seconds: number;
  readonly rounds: number;
  /** Only rows whose name holds this text. */
  readonly only: string;
}

export type SuiteBench = (options: SuiteOptions) => Promise<BenchResult>;
