// Sharded pub/sub (SSUBSCRIBE): the receiving end of links. One connection a primary that holds a wanted channel.
//
// Every wanted channel is subscribed again after a break, a failover or a move of its slot. In between publications are
// lost: `lost` and `held` say from when and until when, and for which channels; whoever needs every publication has to
// look for the gap after `held`.
import { EventEmitter } from 'node:events';
import { UnavailableError } from '../errors.js';
import { reconnectDelay } from './client-options.js';
import type { Primaries } from './primaries.js';
import type { Primary } from './primary.js';
import { SubscriberSocket } from './subscriber-socket.js';

export interface SubscriberEvents {
  smessageBuffer: [channel: Buffer, message: Buffer];
  /** These channels are received from now on. */
  held: [channels: string[]];
  /** These channels are not received any more, until `held` names them again. */
  lost: [channels: string[]];
}

export class Subscriber extends EventEmitter<SubscriberEvents> {
  private readonly wanted = new Set<string>();
  private readonly sockets = new Map<Primary, SubscriberSocket>();
  private isClosed = false;
  private attempts = 0;
  private again: NodeJS.Timeout | undefined;
  private readonly rejectWaiting = new Set<(error: Error) => void>();
  private readonly onMoved = (): void => this.reconcile();
  private readonly onRemoved = (primary: Primary): void => this.drop(primary);

  /** Made by RedisConnection.subscriber(). */
  constructor(
    private readonly primaries: Primaries,
    private readonly onClose: () => void,
  ) {
    super();
    primaries.on('moved', this.onMoved);
    primaries.on('removed', this.onRemoved);
  }

  isHeld(channel: string): boolean {
    const primary = this.primaries.of(channel);
    return primary !== undefined && (this.sockets.get(primary)?.held.has(channel) ?? false);
  }

  /** Resolves when all of them are received; tried again until then. Rejects when the subscriber is closed first. */
  async subscribe(channels: string[]): Promise<void> {
    for (const channel of channels) this.wanted.add(channel);
    this.reconcile();
    await this.whenHeld(channels);
  }

  unsubscribe(channels: string[]): void {
    for (const channel of channels) this.wanted.delete(channel);
    this.reconcile();
  }

  close(): void {
    this.isClosed = true;
    clearTimeout(this.again);
    this.primaries.off('moved', this.onMoved);
    this.primaries.off('removed', this.onRemoved);
    for (const primary of [...this.sockets.keys()]) this.drop(primary);
    for (const reject of this.rejectWaiting) reject(new UnavailableError('subscribe', 'closed'));
    this.onClose();
  }

  /** Brings what each connection holds in line with what is wanted there. */
  private reconcile(): void {
    if (this.isClosed) return;
    const wantedAt = new Map<Primary, Set<string>>();
    for (const channel of this.wanted) {
      const primary = this.primaries.of(channel);
      if (!primary) this.reconcileLater();
      else wantedAt.set(primary, (wantedAt.get(primary) ?? new Set()).add(channel));
    }
    for (const [primary, channels] of wantedAt) this.socketOf(primary).want(channels);
    for (const [primary, socket] of this.sockets) if (!wantedAt.has(primary)) socket.want(new Set());
  }

  private reconcileLater(): void {
    if (this.again || this.isClosed) return;
    this.attempts += 1;
    this.again = setTimeout(() => {
      this.again = undefined;
      void this.primaries.refresh().then(() => this.reconcile());
    }, reconnectDelay(this.attempts));
  }

  private socketOf(primary: Primary): SubscriberSocket {
    const existing = this.sockets.get(primary);
    if (existing) return existing;
    const socket = new SubscriberSocket(primary, {
      message: (channel, message) => this.emit('smessageBuffer', channel, message),
      held: (channels) => {
        this.attempts = 0;
        this.emit('held', channels);
      },
      lost: (channels) => this.emit('lost', channels),
      refused: () => this.reconcileLater(),
    });
    this.sockets.set(primary, socket);
    return socket;
  }

  private drop(primary: Primary): void {
    this.sockets.get(primary)?.close();
    this.sockets.delete(primary);
    this.reconcile();
  }

  private whenHeld(channels: string[]): Promise<void> {
    const missing = new Set(channels.filter((channel) => !this.isHeld(channel)));
    if (missing.size === 0) return Promise.resolve();
    return new Promise((resolve, reject) => {
      const onHeld = (held: string[]): void => {
        for (const channel of held) missing.delete(channel);
        if (missing.size > 0) return;
        this.off('held', onHeld);
        this.rejectWaiting.delete(reject);
        resolve();
      };
      this.on('held', onHeld);
      this.rejectWaiting.add(reject);
    });
  }
}
