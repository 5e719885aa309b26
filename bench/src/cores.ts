/**
 * Which process runs where: what is measured has a core of its own, and load, Redis and publishers share the others, so
 * that neither takes time from the other. https://man7.org/linux/man-pages/man1/taskset.1.html
 */
import { execFileSync } from 'node:child_process';
import { cpus } from 'node:os';

export const SERVER_CORE = '0';
export const LOAD_CORES = cpus().length > 2 ? `1-${cpus().length - 1}` : '1';

/** Moves a running process with all its threads. @throws where there are fewer than two cores, or no taskset */
export function pin(pid: number, cores: string): void {
  if (cpus().length < 2) throw new Error('this benchmark needs two cores: one for the server, one for the load');
  execFileSync('taskset', ['--all-tasks', '--cpu-list', '--pid', cores, String(pid)], { stdio: 'ignore' });
}

const ALL_CORES = `0-${cpus().length - 1}`;

/** A benchmark whose process is part of the load: what it starts runs beside the load too, until it is moved. */
export async function besideLoad<T>(work: () => Promise<T>): Promise<T> {
  pin(process.pid, LOAD_CORES);
  try {
    return await work();
  } finally {
    pin(process.pid, ALL_CORES);
  }
}

/** What takes a while to start has all cores until it runs; then the caller pins it. Within `besideLoad`. */
export async function onAllCores<T>(start: () => Promise<T>): Promise<T> {
  pin(process.pid, ALL_CORES);
  try {
    return await start();
  } finally {
    pin(process.pid, LOAD_CORES);
  }
}
