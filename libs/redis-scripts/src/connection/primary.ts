// One primary and the connection to it over which calls go. It reconnects by itself, for ever, until closed.
import { type Command, Redis } from 'ioredis';
import type { ClientOptions } from './client-options.js';
import type { WireCommand } from './wire-command.js';

/** So many commands that only read are gathered at most. */
const MOST_READS = 4;

export class Primary {
  readonly redis: Redis;
  private isCorked = false;
  /** Commands that only read, since the socket was corked. */
  private reads = 0;
  private isEndOfTurnAwaited = false;
  private readonly endTurn = (): void => {
    this.isEndOfTurnAwaited = false;
    this.uncork();
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
   * machine of 2 cores; `node libs/redis-scripts/bench/calls.mjs`). Commands that write are gathered however many they
   * are, because Redis waits for its disk once for all that it reads together. A few that only read go at once, so that
   * Redis works at them while the turn goes on: otherwise the two would take turns, each idle while the other works.
   */
  write(command: WireCommand, isRead = false): void {
    if (!this.isCorked && this.isReady) this.cork();
    this.redis.sendCommand(command as unknown as Command); // its whole interface, see WireCommand
    if (!isRead) return;
    this.reads += 1;
    if (this.reads >= MOST_READS) this.uncork();
  }

  private cork(): void {
    this.isCorked = true;
    this.redis.stream.cork();
    if (this.isEndOfTurnAwaited) return;
    this.isEndOfTurnAwaited = true;
    setImmediate(this.endTurn);
  }

  private uncork(): void {
    this.reads = 0;
    if (!this.isCorked) return;
    this.isCorked = false;
    this.redis.stream.uncork();
  }

  /** Drops the connection and connects again: where the server's role changed, Sentinel or DNS know another. */
  reconnect(): void {
    if (this.isReady) this.redis.disconnect(true);
  }

  close(): void {
    this.redis.disconnect();
  }
}
