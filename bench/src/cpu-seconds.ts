/** What a process that has no metrics of its own has used of the CPU, as Linux tells it (proc(5), /proc/pid/stat). */
import { readdirSync, readFileSync } from 'node:fs';

/** USER_HZ, which is 100 on every Linux that is in use. */
const TICKS_PER_SECOND = 100;
/** utime and stime, counted from the field after the name, which is in parentheses and may hold spaces. */
const [USER, SYSTEM] = [11, 12];

export function cpuSecondsOf(pid: number): number {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return (Number(fields[USER]) + Number(fields[SYSTEM])) / TICKS_PER_SECOND;
}

/**
 * The same to the microsecond, for short times: /proc/pid/task/tid/schedstat, ns on the CPU of each thread there is now.
 * https://docs.kernel.org/scheduler/sched-stats.html
 */
export function exactCpuSecondsOf(pid: number): number {
  const nanos = readdirSync(`/proc/${pid}/task`).map((thread) => {
    const [running = '0'] = readFileSync(`/proc/${pid}/task/${thread}/schedstat`, 'utf8').split(' ');
    return Number(running);
  });
  return nanos.reduce((sum, each) => sum + each, 0) / 1e9;
}
