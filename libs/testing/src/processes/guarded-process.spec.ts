import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { until } from '../until.js';
import { GuardedProcess } from './guarded-process.js';
import { workspaceRoot } from './workspace.js';

const folder = mkdtempSync(join(tmpdir(), 'fanfare-guarded-'));
afterAll(() => rmSync(folder, { recursive: true }));

let logs = 0;
function run(script: string): GuardedProcess {
  const logFile = join(folder, `${++logs}.log`);
  return new GuardedProcess({ name: 'a child', command: process.execPath, args: ['-e', script], logFile });
}

const says = (child: GuardedProcess, word: string): Promise<boolean> =>
  until(() => child.output().includes(word), { what: `the child to say ${word}` });

test('keeps what the child says and how it ends', async () => {
  const child = run('console.log("out"); console.error("err"); process.exitCode = 3');
  await expect(child.exited).resolves.toEqual({ code: 3, signal: null });
  expect(child.output().split('\n').sort()).toEqual(['', 'err', 'out']);
  expect(child.isRunning).toBe(false);
});

test('tells when there is no such program', async () => {
  const child = new GuardedProcess({ name: 'x', command: '/no/such', args: [], logFile: join(folder, 'no.log') });
  expect((await child.exited).error?.message).toContain('ENOENT');
});

test('ends a child by SIGTERM', async () => {
  const child = run('process.on("SIGTERM", () => process.exit(0)); setInterval(() => {}, 1000); console.log("up")');
  await says(child, 'up');
  await expect(child.end(5_000)).resolves.toEqual({ code: 0, signal: null });
});

test('kills a child that ignores SIGTERM, and says so', async () => {
  const child = run('process.on("SIGTERM", () => {}); setInterval(() => {}, 1000); console.log("up")');
  await says(child, 'up');
  await expect(child.end(50)).rejects.toThrow('a child did not end within 50 ms of SIGTERM; its last words:\nup');
  expect(child.isRunning).toBe(false);
});

test('no child and no throwaway folder is left behind by a parent that was killed', async () => {
  const throwaway = mkdtempSync(join(tmpdir(), 'fanfare-throwaway-'));
  const parent = spawn('sh', ['-c', parentScript(throwaway)], {
    stdio: ['ignore', 'pipe', 'inherit'],
    cwd: workspaceRoot(),
  });
  const pid = await new Promise<number>((resolve) => parent.stdout.once('data', (data) => resolve(Number(data))));
  expect(isAlive(pid)).toBe(true);
  parent.kill('SIGKILL');
  await until(() => !isAlive(pid) && !existsSync(throwaway), { what: 'the orphan and its folder to be gone' });
});

/** A parent of its own that starts a guarded child, tells its pid and waits to be killed. */
function parentScript(throwaway: string): string {
  const guardedProcess = JSON.stringify(join(workspaceRoot(), 'libs/testing/dist/processes/guarded-process.js'));
  const options = JSON.stringify({
    ...{ name: 'orphan', command: 'sleep', args: ['60'] },
    ...{ logFile: join(throwaway, 'log'), removeAfterwards: throwaway },
  });
  const script = `const { GuardedProcess } = await import(${guardedProcess});
    console.log(new GuardedProcess(${options}).pid); setInterval(() => {}, 1000);`;
  return `exec ${process.execPath} --input-type=module -e '${script}'`;
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
