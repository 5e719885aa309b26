/**
 * The clients of one server: a process of bench/native/load.c, with a WebSocket for each session. It ends with its standard
 * input, so it never outlives the benchmark.
 */
import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { withDeadline } from '@fanfare/testing';
import { nativeProgram } from './builder.js';

export interface LoadOptions {
  readonly port: number;
  readonly path: string;
  readonly sessions: number;
  readonly kind: 'plain' | 'fanfare' | 'socketio';
  /** A line for each session. */
  readonly firstFrames?: string;
  /** µs; the default suits what counts CPU, 0 what counts time. */
  readonly napMicros?: number;
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

/** Shorter than writing to a hundred sockets takes. Without it a server pays for waking the load up with each write. */
const NAP_MICROS = 200;
const READY_MS = 60_000;

interface Waiting<A extends Answer> {
  readonly isMeant: (answer: Answer) => answer is A;
  readonly resolve: (answer: A) => void;
  readonly reject: (error: Error) => void;
}

export class NativeLoad {
  private waiting: Waiting<Answer> | undefined;

  private constructor(private readonly child: ChildProcessWithoutNullStreams) {
    createInterface({ input: child.stdout }).on('line', (line) => this.hear(JSON.parse(line) as Answer));
    child.stderr.pipe(process.stderr);
    child.stdin.on('error', () => undefined); // its end is told by 'exit'
    child.once('exit', (code) => this.waiting?.reject(new Error(`the load ended with ${code}`)));
  }

  /** Resolves when every session is open. */
  static async start({
    port,
    path,
    sessions,
    kind,
    firstFrames,
    napMicros = NAP_MICROS,
  }: LoadOptions): Promise<NativeLoad> {
    const args = [port, path, sessions, kind, napMicros].map(String);
    if (firstFrames !== undefined) args.push(firstFrames);
    const load = new NativeLoad(spawn(nativeProgram('load'), args));
    const { ready } = await load.answer('', READY_MS, (answer) => 'ready' in answer);
    if (ready !== sessions) throw new Error(`only ${ready} of ${sessions} sessions opened`);
    return load;
  }

  /** Figures count from here. @param server whose CPU time is one of them, by process id */
  begin(server: number): void {
    this.child.stdin.write(`begin ${server}\n`);
  }

  /** Resolves when so many messages have come in all sessions together, since the start. */
  async until(total: number, deadlineMs: number): Promise<void> {
    const isMeant = (answer: Answer): answer is { reached: number } => 'reached' in answer && answer.reached === total;
    await this.answer(`until ${total}\n`, deadlineMs, isMeant);
  }

  figures(): Promise<LoadFigures> {
    return this.answer('report\n', READY_MS, (answer) => 'total' in answer);
  }

  stop(): void {
    this.child.stdin.end('quit\n');
  }

  /** What is not meant was waited for earlier, and came late. */
  private hear(answer: Answer): void {
    if (this.waiting?.isMeant(answer)) this.waiting.resolve(answer);
  }

  private answer<A extends Answer>(
    command: string,
    deadlineMs: number,
    isMeant: (answer: Answer) => answer is A,
  ): Promise<A> {
    const answered = new Promise<A>((resolve, reject) => {
      this.waiting = { isMeant, resolve: (answer) => isMeant(answer) && resolve(answer), reject };
      this.child.stdin.write(command);
    });
    return withDeadline(answered, deadlineMs, () => `the load did not answer ${command.trim()}`);
  }
}
