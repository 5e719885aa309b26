// Which Redis server to run: the one that the bootstrap found or unpacked (`.fanfare/redis-server.json`), else one on
// the PATH. The bootstrap is run once if it has not been yet, so a single spec can be started on a bare clone.
import { execFileSync } from 'node:child_process';
import { accessSync, constants, existsSync, readFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { workspaceRoot } from '../processes/workspace.js';

export interface RedisBinary {
  readonly command: string;
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
}

let found: RedisBinary | undefined;

/** @throws with one instruction when there is none. */
export function findRedisBinary(root = workspaceRoot()): RedisBinary {
  found ??= recorded(root) ?? bootstrapped(root) ?? onPath();
  if (!found) throw new Error('no Redis server: run `node tools/bootstrap/main.mjs`, or put redis-server on the PATH');
  return found;
}

function recorded(root: string): RedisBinary | undefined {
  const file = join(root, '.fanfare', 'redis-server.json');
  if (!existsSync(file)) return undefined;
  const { command, args, env } = JSON.parse(readFileSync(file, 'utf8')) as Partial<RedisBinary>;
  if (!command) throw new Error(`${file} names no command; remove it and run \`node tools/bootstrap/main.mjs\``);
  return { command, args: args ?? [], env: env ?? {} };
}

function bootstrapped(root: string): RedisBinary | undefined {
  const bootstrap = join(root, 'tools', 'bootstrap', 'main.mjs');
  if (!existsSync(bootstrap)) return undefined;
  execFileSync(process.execPath, [bootstrap], { cwd: root, stdio: ['ignore', 'inherit', 'inherit'] });
  return recorded(root);
}

function onPath(): RedisBinary | undefined {
  for (const folder of (process.env['PATH'] ?? '').split(delimiter)) {
    for (const name of ['redis-server', 'valkey-server']) {
      if (folder && isExecutable(join(folder, name))) return { command: join(folder, name), args: [], env: {} };
    }
  }
  return undefined;
}

function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
