/**
 * Looks into a process through Node's inspector: what it really holds shows only after a garbage collection, which nothing
 * else can ask of it from outside. https://chromedevtools.github.io/devtools-protocol/v8/HeapProfiler/
 */
import { LightSocket } from '../load/light-socket.js';

export interface Memory {
  readonly rss: number;
  readonly heapUsed: number;
  /** Buffers and what else lies outside the heap. */
  readonly external: number;
}

interface Reply {
  readonly id?: number;
  readonly result?: { readonly result?: { readonly value?: string }; readonly profile?: object };
}

const PROFILE_EVERY_MICROS = 200;

export class Inspector {
  private readonly waiting = new Map<number, (reply: Reply) => void>();
  private ids = 1;

  private constructor(private readonly socket: LightSocket) {}

  /** @param port that the process was given with `--inspect` */
  static async connect(port: number): Promise<Inspector> {
    const list = (await (await fetch(`http://127.0.0.1:${port}/json/list`)).json()) as { id: string }[];
    return new Promise((resolve) => {
      const inspector: Inspector = new Inspector(
        new LightSocket(port, `/${list[0]?.id}`, '{"id":0,"method":"Runtime.enable"}', {
          onText: (payload) => {
            const reply = JSON.parse(payload.toString()) as Reply;
            if (reply.id === 0) resolve(inspector);
            else if (reply.id !== undefined) inspector.waiting.get(reply.id)?.(reply);
          },
          onEnd: () => undefined,
        }),
      );
    });
  }

  /** After a garbage collection. */
  async memory(): Promise<Memory> {
    await this.call('HeapProfiler.collectGarbage');
    const { result } = await this.call('Runtime.evaluate', { expression: 'JSON.stringify(process.memoryUsage())' });
    return JSON.parse(result?.result?.value ?? '{}') as Memory;
  }

  /** https://chromedevtools.github.io/devtools-protocol/v8/Profiler/ */
  async startProfile(): Promise<void> {
    await this.call('Profiler.enable');
    await this.call('Profiler.setSamplingInterval', { interval: PROFILE_EVERY_MICROS });
    await this.call('Profiler.start');
  }

  /** @returns what a .cpuprofile file holds */
  async stopProfile(): Promise<string> {
    const { result } = await this.call('Profiler.stop');
    return JSON.stringify(result?.profile ?? {});
  }

  close(): void {
    this.socket.end();
  }

  private call(method: string, params: object = {}): Promise<Reply> {
    const id = this.ids++;
    return new Promise((resolve) => {
      this.waiting.set(id, (reply) => {
        this.waiting.delete(id);
        resolve(reply);
      });
      this.socket.send(JSON.stringify({ id, method, params }));
    });
  }
}
