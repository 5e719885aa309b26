/**
 * The benchmark's own native programs (bench/native), compiled when they are first needed and when their sources change:
 * a load that costs far less than what it measures, and the limit of the machine.
 */
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { workspaceRoot } from '@fanfare/testing';

const SOURCES = {
  load: ['load.c', 'session.c'],
  'write-limit': ['write-limit.c'],
} as const;

export type NativeProgram = keyof typeof SOURCES;

/** @returns its path. @throws where there is no C compiler, or the sources do not compile */
export function nativeProgram(name: NativeProgram): string {
  const root = workspaceRoot();
  const sources = join(root, 'bench', 'native');
  const folder = join(root, '.fanfare', 'bench-native');
  const program = join(folder, name);
  if (isFresh(program, sources)) return program;
  mkdirSync(folder, { recursive: true });
  const files = SOURCES[name].map((file) => join(sources, file));
  try {
    execFileSync('cc', ['-O2', '-Wall', '-Wextra', '-o', program, ...files], {
      stdio: ['ignore', 'inherit', 'inherit'],
    });
  } catch (error) {
    const isMissing = (error as NodeJS.ErrnoException).code === 'ENOENT';
    const why = isMissing ? 'there is no C compiler: install one (Debian: gcc and libc6-dev)' : 'it does not compile';
    throw new Error(`this benchmark needs its program ${name}, and ${why}`, { cause: error });
  }
  return program;
}

function isFresh(program: string, sources: string): boolean {
  if (!existsSync(program)) return false;
  const built = statSync(program).mtimeMs;
  return readdirSync(sources).every((file) => statSync(join(sources, file)).mtimeMs < built);
}
