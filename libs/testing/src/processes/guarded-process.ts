// A child process that never outlives its test: a guard (a shell that waits for the end of a pipe from us) kills it
// when this process ends in whatever way, SIGKILL included. An exit handler would not do: inside Jest it is not called.
// The child's output goes to a file, so that nothing of it is lost when it dies and nobody has to read it meanwhile.
import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, mkdirSync, openSync, readFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { withDeadline } from '../until.js';

export interface ProcessOptions {
  /** For messages. */
  readonly name: string;
  readonly command: string;
  readonly args: readonly string[];
  readonly env?: NodeJS.ProcessEnv;
  readonly cwd?: string;
  readonly logFile: string;
  /** A throwaway folder that the guard removes if we ended without doing it. */
  readonly removeAfterwards?: string;
}

export interface Exit {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  /** The process could not be started at all. */
  readonly error?: Error;
}

const guardScript = 'read -r _; kill -KILL "$1" 2>/dev/null; if [ -n "$2" ]; then rm -rf "$2"; fi';

/** States: running → exited. `exited` resolves once, whoever ended the process. */
export class GuardedProcess {
  readonly name: string;
  readonly logFile: string;
  readonly exited: Promise<Exit>;
  private readonly child: ChildProcess;
  private exit: Exit | undefined;

  constructor(options: ProcessOptions) {
    this.name = options.name;
    this.logFile = options.logFile;
    this.child = start(options);
    this.child.unref(); // a forgotten child must not keep the test runner from ending; the guard ends the child
    this.exited = whenExited(this.child).then((exit) => (this.exit = exit));
    if (this.child.pid !== undefined) guard(this.child.pid, options.removeAfterwards, this.exited);
  }

  get pid(): number | undefined {
    return this.child.pid;
  }

  get isRunning(): boolean {
    return this.exit === undefined;
  }

  /** Everything the process has written so far. */
  output(): string {
    return readFileSync(this.logFile, 'utf8');
  }

  signal(signal: NodeJS.Signals): void {
    if (this.isRunning) this.child.kill(signal);
  }

  /** SIGTERM; after `deadlineMs` SIGKILL and an error, because whoever does not end in time has a fault. */
  async end(deadlineMs: number): Promise<Exit> {
    this.child.ref();
    this.signal('SIGTERM');
    try {
      return await withDeadline(this.exited, deadlineMs, () => this.tooLate(deadlineMs));
    } catch (error) {
      await this.kill();
      throw error;
    }
  }

  /** SIGKILL, and until it is gone. */
  async kill(): Promise<Exit> {
    this.child.ref();
    this.signal('SIGKILL');
    return this.exited;
  }

  private tooLate(deadlineMs: number): string {
    return `${this.name} did not end within ${deadlineMs} ms of SIGTERM; its last words:\n${lastLines(this.output(), 20)}`;
  }
}

function start(options: ProcessOptions): ChildProcess {
  mkdirSync(dirname(options.logFile), { recursive: true });
  const log = openSync(options.logFile, 'a');
  try {
    return spawn(options.command, options.args, {
      stdio: ['ignore', log, log],
      ...(options.env && { env: options.env }),
      ...(options.cwd && { cwd: options.cwd }),
    });
  } finally {
    closeSync(log);
  }
}

function whenExited(child: ChildProcess): Promise<Exit> {
  return new Promise((resolve) => {
    child.once('exit', (code, signal) => resolve({ code, signal }));
    child.once('error', (error) => resolve({ code: null, signal: null, error }));
  });
}

function guard(pid: number, folder: string | undefined, exited: Promise<Exit>): void {
  const shell = spawn('sh', ['-c', guardScript, 'guard', String(pid), folder ?? ''], {
    stdio: ['pipe', 'ignore', 'ignore'],
    detached: true, // of its own process group, so that Ctrl-C does not end it before its work
  });
  shell.unref();
  (shell.stdin as unknown as { unref?: () => void } | null)?.unref?.();
  void exited.then(() => shell.kill('SIGKILL'));
}

export function lastLines(text: string, count: number): string {
  return text.trimEnd().split('\n').slice(-count).join('\n');
}
