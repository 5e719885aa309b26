// One primary and the connection to it over which calls go. It reconnects by itself, for ever, until closed.
import { type Command, Redis } from 'ioredis';
import type { ClientOptions } from './client-options.js';
import type { WireCommand } from './wire-command.js';

export class Primary {
  readonly redis: Redis;
  private isCorked = false;
  private readonly uncork = (): void => {
    this.isCorked = false;
    this.redis.stream.uncork();
  };

  constructor(
    readonly address: string,
    options: ClientOptions,
    onError: (error: Error) => void,
  ) {
    this.redis = new Redis(options);
    this.redis.on('error', onError);
    this.redis.connect().catch(() => undefined); // it was told to onError, and goes on trying
  }

  get isReady(): boolean {
    return this.redis.status === 'ready';
  }

  /**
   * Writes a command; its `resolve` or `reject` is called once, in the order of writing.
   *
   * What is written within one turn of the event loop goes out in one system call. With 100 calls at once this costs
   * 10 to 12 µs of CPU a call, a command of ioredis itself 20 to 24, its automatic pipelines 18 to 26 (on a busy
   * machine of 2 cores; `node libs/redis-scripts/bench/calls.mjs`).
   */
  write(command: WireCommand): void {
    if (!this.isCorked && this.isReady) {
      this.isCorked = true;
      this.redis.stream.cork();
      setImmediate(this.uncork);
    }
    this.redis.sendCommand(command as unknown as Command); // its whole interface, see WireCommand
  }

  /** Drops the connection and connects again: where the server's role changed, Sentinel or DNS know another. */
  reconnect(): void {
    if (this.isReady) this.redis.disconnect(true);
  }

  close(): void {
    this.redis.disconnect();
  }
}
