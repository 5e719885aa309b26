// One connection in subscriber mode to one primary: holds the channels wanted there, and says what it holds.
import type { Redis } from 'ioredis';
import type { Primary } from './primary.js';

/** Shows within two of them (and the socket timeout) that a silent connection is dead. */
const PING_EVERY_MS = 5000;

export interface SocketListener {
  message(channel: Buffer, message: Buffer): void;
  held(channels: string[]): void;
  lost(channels: string[]): void;
  /** Some channel is not served here, or not now: look again where it belongs. */
  refused(): void;
}

export class SubscriberSocket {
  readonly held = new Set<string>();
  private wanted = new Set<string>();
  private readonly asked = new Set<string>();
  private readonly redis: Redis;
  private readonly pings: NodeJS.Timeout;

  constructor(
    primary: Primary,
    private readonly listener: SocketListener,
  ) {
    const name = primary.redis.options.connectionName ?? 'fanfare';
    this.redis = primary.redis.duplicate({ connectionName: `${name}-links` });
    this.redis.on('error', () => undefined); // the primary's own connection reports the same trouble
    this.redis.on('ready', () => this.settle());
    this.redis.on('close', () => this.onClose());
    // Redis itself took channels from us: their slot is moving.
    this.redis.on('moved', () => this.onClose());
    this.redis.on('smessageBuffer', (channel: Buffer, message: Buffer) => listener.message(channel, message));
    this.redis.connect().catch(() => undefined); // it goes on trying
    this.pings = setInterval(() => this.ping(), PING_EVERY_MS);
  }

  want(channels: Set<string>): void {
    this.wanted = channels;
    this.settle();
  }

  close(): void {
    clearInterval(this.pings);
    this.wanted = new Set();
    this.redis.disconnect();
    this.onClose();
  }

  private ping(): void {
    if (this.redis.status === 'ready') this.redis.ping().catch(() => undefined); // 'close' follows
  }

  /** Subscribes what is wanted and not yet asked for, and gives up what is not wanted. */
  private settle(): void {
    if (this.redis.status !== 'ready') return;
    const missing = [...this.wanted].filter((channel) => !this.held.has(channel) && !this.asked.has(channel));
    if (missing.length > 0) void this.ask(missing);
    this.release();
  }

  private release(): void {
    const unwanted = [...this.held].filter((channel) => !this.wanted.has(channel));
    for (const channel of unwanted) {
      this.held.delete(channel);
      this.redis.sunsubscribe(channel).catch(() => undefined); // a closed connection holds nothing either
    }
  }

  /** One command a channel: on a cluster those of one command must be of one slot. */
  private async ask(channels: string[]): Promise<void> {
    for (const channel of channels) this.asked.add(channel);
    const results = await Promise.allSettled(channels.map((channel) => this.redis.ssubscribe(channel)));
    const held = channels.filter((channel, index) => {
      return results[index]?.status === 'fulfilled' && this.asked.delete(channel);
    });
    for (const channel of channels) this.asked.delete(channel);
    for (const channel of held) this.held.add(channel);
    if (held.length > 0) this.listener.held(held);
    if (results.some(({ status }) => status === 'rejected') && this.redis.status === 'ready') this.listener.refused();
    this.release();
  }

  private onClose(): void {
    const lost = [...this.held];
    this.held.clear();
    this.asked.clear();
    if (lost.length > 0) this.listener.lost(lost);
    if (this.redis.status === 'ready') this.listener.refused();
  }
}
