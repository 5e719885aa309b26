// Which ports are somebody's on this machine, over all test processes: a service that was killed and is to come back finds
// its port free. A claim lasts as long as the process that made it.
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

export class PortClaims {
  /** Of processes that are gone nothing stays. */
  constructor(private readonly folder: string) {
    mkdirSync(folder, { recursive: true });
    for (const name of readdirSync(folder)) {
      const file = join(folder, name);
      if (!isHeld(file)) rmSync(file, { force: true });
    }
  }

  /** false: it is another's */
  take(port: number): boolean {
    const file = join(this.folder, String(port));
    try {
      writeFileSync(file, String(process.pid), { flag: 'wx' });
      return true;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
      return false;
    }
  }
}

function isHeld(file: string): boolean {
  try {
    const pid = Number(readFileSync(file, 'utf8'));
    return pid === 0 || process.kill(pid, 0); // 0: it is being written
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
