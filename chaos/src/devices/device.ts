// A device as a careful client is one: it keeps its position in every timeline, drops repeats, acknowledges, and connects
// again with its positions whatever ends the connection. Every frame goes into its history.
import {
  type DeviceHistory,
  type Frame,
  type MessageData,
  type Position,
  recordFrame,
  type ServerEvents,
  subprotocol,
} from '@fanfare/testing';
import { setTimeout as pause } from 'node:timers/promises';
import { WebSocket } from 'ws';

export interface DeviceOptions {
  readonly user: string;
  readonly name: string;
  readonly token: string;
  /** Where to connect next; another one each time. */
  readonly gateway: () => string;
  readonly history: DeviceHistory;
}

const ACK_EVERY_MS = 1000;
const BACKOFF_MS = 600;
const SILENT_MS = 15_000;

/** States: connecting ⇄ connected → stopped. */
export class Device {
  /** Connections that got as far as `connected`. */
  connects = 0;
  /** Everything missing has come since the last connect. */
  isSynced = false;
  private readonly positions = new Map<string, Position>();
  private readonly unacknowledged = new Map<string, number>();
  private socket: WebSocket | undefined;
  private comeBackMs: number | undefined;
  private heardAt = 0;
  private isStopped = false;
  private readonly running: Promise<void>;
  private readonly ticking: NodeJS.Timeout;

  constructor(private readonly options: DeviceOptions) {
    this.running = this.run();
    this.ticking = setInterval(() => this.tick(), ACK_EVERY_MS);
  }

  get id(): string {
    return `${this.options.user}/${this.options.name}`;
  }

  get user(): string {
    return this.options.user;
  }

  get isConnected(): boolean {
    return this.socket?.readyState === WebSocket.OPEN;
  }

  positionIn(timeline: string): Position | undefined {
    return this.positions.get(timeline);
  }

  /** The connection breaks. @returns whether there was one */
  cut(): boolean {
    const was = this.isConnected;
    this.socket?.terminate();
    return was;
  }

  /** Takes no byte for a while. @returns whether there was a connection */
  slowDown(forMs: number): boolean {
    const { socket } = this;
    if (!socket || !this.isConnected) return false;
    socket.pause();
    setTimeout(() => {
      this.heardAt = Date.now();
      socket.resume();
    }, forMs).unref();
    return true;
  }

  async stop(): Promise<void> {
    this.isStopped = true;
    clearInterval(this.ticking);
    this.socket?.terminate();
    await this.running;
  }

  private async run(): Promise<void> {
    while (!this.isStopped) {
      this.comeBackMs = undefined;
      await this.session();
      this.isSynced = false;
      if (!this.isStopped) await pause(this.comeBackMs ?? Math.random() * BACKOFF_MS);
    }
  }

  /** One connection, until it ends. */
  private session(): Promise<void> {
    return new Promise((resolve) => {
      const socket = new WebSocket(this.options.gateway(), subprotocol, { handshakeTimeout: SILENT_MS });
      this.socket = socket;
      this.heardAt = Date.now();
      this.unacknowledged.clear(); // another connection's
      socket.on('open', () => this.connect());
      socket.on('message', (data: Buffer) => this.take(JSON.parse(data.toString()) as Frame));
      socket.on('error', () => undefined); // it closes as well
      socket.on('close', () => resolve());
    });
  }

  private connect(): void {
    const resume = Object.fromEntries(this.positions);
    this.send('connect', { token: this.options.token, device: this.options.name, resume });
  }

  private take(frame: Frame): void {
    this.heardAt = Date.now();
    recordFrame(this.options.history, frame, ({ payload }) => keyOf(payload));
    if (frame.event === 'message') this.message(frame.data as MessageData);
    else if (frame.event === 'connected') this.connected(frame.data as ServerEvents['connected']);
    else if (frame.event === 'reset') this.reset(frame.data as ServerEvents['reset']);
    else if (frame.event === 'synced') this.isSynced = true;
    else if (frame.event === 'ping') this.send('pong', {});
    else if (frame.event === 'reconnect') this.leave((frame.data as ServerEvents['reconnect']).afterMs);
    else if (frame.event === 'membership') this.forget(frame.data as ServerEvents['membership']);
  }

  private connected({ timelines }: ServerEvents['connected']): void {
    this.connects += 1;
    for (const { timeline, from, epoch } of timelines) {
      if (!this.positions.has(timeline) && epoch !== '') this.positions.set(timeline, { offset: from, epoch });
    }
  }

  private message({ timeline, offset, epoch }: MessageData): void {
    if (offset === undefined || epoch === undefined) return;
    const known = this.positions.get(timeline);
    if (known?.epoch === epoch && offset <= known.offset) return;
    this.positions.set(timeline, { offset, epoch });
    this.unacknowledged.set(timeline, offset);
  }

  private reset({ timeline, from, epoch }: ServerEvents['reset']): void {
    this.positions.set(timeline, { offset: from, epoch });
  }

  private forget({ group, state }: ServerEvents['membership']): void {
    if (state === 'left') this.positions.delete(`group:${group}`);
  }

  private leave(afterMs: number): void {
    const { socket } = this;
    setTimeout(() => {
      if (this.socket === socket) this.comeBackMs = 0;
      socket?.close();
    }, afterMs).unref();
  }

  private tick(): void {
    if (!this.isConnected) return;
    if (Date.now() - this.heardAt > 4 * SILENT_MS) this.socket?.terminate();
    if (this.unacknowledged.size === 0) return;
    this.send('ack', Object.fromEntries(this.unacknowledged));
    this.unacknowledged.clear();
  }

  private send(event: string, data: unknown): void {
    if (this.isConnected) this.socket?.send(JSON.stringify({ event, data }));
  }
}

/** What the load put into the payload. */
function keyOf(payload: unknown): string {
  const { number } = (payload ?? {}) as { number?: unknown };
  return String(number);
}
