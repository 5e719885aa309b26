/** What a process that has no metrics of its own has used of the CPU, as Linux tells it (proc(5), /proc/pid/stat). */
import { readFileSync } from 'node:fs';

/** USER_HZ, which is 100 on every Linux that is in use. */
const TICKS_PER_SECOND = 100;
/** utime and stime, counted from the field after the name, which is in parentheses and may hold spaces. */
const [USER, SYSTEM] = [11, 12];

export function cpuSecondsOf(pid: number): number {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return (Number(fields[USER]) + Number(fields[SYSTEM])) / TICKS_PER_SECOND;
}
