/**
 * The clients of one server: a process of bench/native/load.c, with a WebSocket for each session. It ends with its standard
 * input, so it never outlives the benchmark.
 */
import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { nativeProgram } from './builder.js';

export interface LoadOptions {
  readonly port: number;
  readonly path: string;
  readonly sessions: number;
  readonly kind: 'plain' | 'fanfare' | 'socketio';
  /** A line for each session. */
  readonly firstFrames?: string;
}

/** Since `begin`. */
export interface LoadFigures {
  /** Messages since the start, in all sessions. */
  readonly total: number;
  readonly received: number;
  /** Of one session. */
  readonly least: number;
  readonly most: number;
  readonly holes: number;
  readonly repeats: number;
  /** Sessions whose connection ended. */
  readonly ended: number;
  readonly acks: number;
  /** Of the last frame, header included. */
  readonly frameBytes: number;
  readonly cpuSeconds: number;
  readonly serverCpuSeconds: number;
  /** From publishing to the read in the client, ms. */
  readonly p50: number;
  readonly p99: number;
  readonly p999: number;
  readonly longest: number;
}

type Answer = { ready: number } | { reached: number } | LoadFigures;

/** µs. Shorter than a write to a hundred sockets takes; without it a server pays for waking the load with each write. */
const NAP = Number(process.env['BENCH_LOAD_NAP'] ?? 200);
const READY_MS = 60_000;

export class NativeLoad {
  private waiting: { resolve: (answer: Answer) => void; reject: (error: Error) => void } | undefined;

  private constructor(private readonly child: ChildProcessWithoutNullStreams) {
    createInterface({ input: child.stdout }).on('line', (line) => this.waiting?.resolve(JSON.parse(line) as Answer));
    child.stderr.pipe(process.stderr);
    child.stdin.on('error', () => undefined); // its end is told by 'exit'
    child.once('exit', (code) => this.waiting?.reject(new Error(`the load ended with ${code}`)));
  }

  /** Resolves when every session is open. */
  static async start({ port, path, sessions, kind, firstFrames }: LoadOptions): Promise<NativeLoad> {
    const args = [port, path, sessions, kind, NAP].map(String);
    if (firstFrames !== undefined) args.push(firstFrames);
    const load = new NativeLoad(spawn(nativeProgram('load'), args));
    const answer = await load.answer('', READY_MS);
    if (!('ready' in answer) || answer.ready !== sessions)
      throw new Error(`only ${JSON.stringify(answer)} sessions opened`);
    return load;
  }

  get pid(): number {
    return this.child.pid ?? 0;
  }

  /** Figures count from here. @param server whose CPU time is one of them, by process id */
  begin(server: number): void {
    this.child.stdin.write(`begin ${server}\n`);
  }

  /** Resolves when so many messages have come in all sessions together, since the start. */
  async until(total: number, deadlineMs: number): Promise<void> {
    await this.answer(`until ${total}\n`, deadlineMs);
  }

  async figures(): Promise<LoadFigures> {
    const answer = await this.answer('report\n', READY_MS);
    if ('total' in answer) return answer;
    return this.figures(); // what was waited for came late
  }

  stop(): void {
    this.child.stdin.end('quit\n');
  }

  private answer(command: string, deadlineMs: number): Promise<Answer> {
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => reject(new Error(`the load did not answer ${command.trim()}`)), deadlineMs);
      const settled = (): void => {
        clearTimeout(timer);
        this.waiting = undefined;
      };
      this.waiting = {
        resolve: (answer) => {
          settled();
          resolve(answer);
        },
        reject: (error) => {
          settled();
          reject(error);
        },
      };
      this.child.stdin.write(command);
    });
  }
}
