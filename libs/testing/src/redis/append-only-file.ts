// The append-only log of a stopped server as a crash or a broken disk may leave it: without its last bytes.
// Redis 7 keeps it as several files, which a manifest names; new commands go to the end of the last increment
// (https://redis.io/docs/latest/operate/oss_and_stack/management/persistence/#append-only-file).
import { readFileSync, statSync, truncateSync } from 'node:fs';
import { join } from 'node:path';

/** Cuts so many bytes off the end. @throws where there are not so many in the last increment. */
export function truncateTail(folder: string, bytes: number): void {
  const file = lastIncrement(folder);
  const { size } = statSync(file);
  if (bytes > size) throw new Error(`${file} has ${size} bytes; ${bytes} can't be cut off`);
  truncateSync(file, size - bytes);
}

/** How long the last increment is. */
export function tailLength(folder: string): number {
  return statSync(lastIncrement(folder)).size;
}

function lastIncrement(folder: string): string {
  const manifest = readFileSync(join(folder, 'appendonly.aof.manifest'), 'utf8');
  const names = [...manifest.matchAll(/^file (\S+) seq \d+ type i$/gm)].map(([, name]) => name);
  const last = names.at(-1);
  if (!last) throw new Error(`the log in ${folder} has no increment`);
  return join(folder, last);
}
