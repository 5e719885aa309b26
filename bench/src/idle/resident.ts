/** What a process has of the memory of the machine, as Linux tells it (proc_pid_smaps_rollup(5)), bytes. */
import { readFileSync } from 'node:fs';

const KIB = 1024;

export interface Resident {
  /** All pages of it that are in memory. */
  readonly rss: number;
  /** The same, those that others share counted by their share. */
  readonly pss: number;
}

export function residentOf(pid: number): Resident {
  const text = readFileSync(`/proc/${pid}/smaps_rollup`, 'utf8');
  const of = (field: string): number =>
    Number(new RegExp(`^${field}:\\s+(\\d+) kB$`, 'm').exec(text)?.[1] ?? NaN) * KIB;
  return { rss: of('Rss'), pss: of('Pss') };
}
