/** `npm run chaos`: progress on standard error, the verdict on standard output, exit code 0 where every run passed. */
import { writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { judgement, type Report, table, text } from './report.js';
import { run } from './run.js';

const HELP = `npm run chaos -- [--seed N] [--minutes M] [--runs R] [--json FILE]

  Starts a Redis that keeps every write and two processes of every service, sends messages to users, groups, lists and
  everyone, and breaks things meanwhile: kills services and Redis, cuts connections, stops processes and lets them go on,
  flushes scripts, slows readers down. At the end nothing accepted may be missing, repeated or out of order, and what
  counts as unread must be right.

  --seed N      of the schedule of faults (default: a random one); the same seed gives the same schedule
  --minutes M   of load, at least 0.4 (default 2)
  --runs R      so many runs, with the seeds N, N + 1, … (default 1)
  --json FILE   also write the reports there

  Exit code 0: every run passed. 1: something was lost, repeated, out of order or counted wrongly. 2: the options are
  wrong. 3: nothing failed, but a run is void because a kind of fault hit nothing in flight.
`;

const options = {
  seed: { type: 'string' },
  minutes: { type: 'string', default: '2' },
  runs: { type: 'string', default: '1' },
  json: { type: 'string' },
  help: { type: 'boolean', default: false },
} as const;
const VOID = 3;
const SHORTEST_MINUTES = 0.4;

async function main(): Promise<number> {
  const { values } = parseArgs({ options });
  if (values.help) {
    process.stdout.write(HELP);
    return 0;
  }
  const [seed, minutes, runs] = [Number(values.seed ?? newSeed()), Number(values.minutes), Number(values.runs)];
  if (!Number.isInteger(seed) || !(minutes >= SHORTEST_MINUTES) || !Number.isInteger(runs) || runs < 1) {
    throw new TypeError(`--seed and --runs are whole numbers, --minutes is ${SHORTEST_MINUTES} or more`);
  }
  const reports: Report[] = [];
  for (let number = seed; number < seed + runs; number += 1) {
    const report = await run({ seed: number, ms: minutes * 60_000 }, progressOf(number));
    reports.push(report);
    process.stdout.write(text(report));
    if (values.json !== undefined) writeFileSync(values.json, JSON.stringify(reports, undefined, 2));
  }
  if (runs > 1) process.stdout.write(`\n${table(reports)}`);
  const judgements = reports.map(judgement);
  if (judgements.includes('FAILED')) return 1;
  return judgements.includes('void') ? VOID : 0;
}

const newSeed = (): number => Math.floor(Math.random() * 2 ** 31);

function progressOf(seed: number) {
  const startedAt = Date.now();
  return (line: string): void => {
    const seconds = ((Date.now() - startedAt) / 1000).toFixed(1).padStart(6);
    process.stderr.write(`seed ${seed} ${seconds} s  ${line}\n`);
  };
}

const code = await main().catch((error: unknown) => {
  process.stderr.write(error instanceof TypeError ? `${error.message}\n\n${HELP}` : `${describe(error)}\n`);
  return error instanceof TypeError ? 2 : 1;
});
// Node 20 may spin for ever where it closes what is left by itself, as was seen after many broken connections.
process.stdout.write('', () => process.exit(code));

function describe(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
