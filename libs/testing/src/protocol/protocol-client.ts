// A plain WebSocket client for the protocol: it records every frame in the order of arrival and hides nothing. It is no
// client library: it drops no repeats, keeps no positions and never connects again, so that tests see what was sent.
import { WebSocket } from 'ws';
import { defaultDeadlineMs, withDeadline } from '../until.js';
import type { Closed, EventName, Frame, MessageData, Position, ServerEvents } from './frames.js';
import { FrameLog } from './frame-log.js';

export interface OpenOptions {
  readonly headers?: Readonly<Record<string, string>>;
  readonly origin?: string;
  /** Default: answers every `ping`. */
  readonly isSilent?: boolean;
}

export interface ConnectOptions extends OpenOptions {
  readonly token: string;
  readonly device?: string;
  readonly resume?: Readonly<Record<string, unknown>>;
}

export type PositionMap = Readonly<Record<string, Position>>;
export const subprotocol = 'fanfare.v1.json';

/** States: open → closed, by either side. What was recorded stays readable. */
export class ProtocolClient {
  readonly closed: Promise<Closed>;
  private readonly log = new FrameLog();
  private refs = 0;

  private constructor(
    readonly socket: WebSocket,
    isSilent: boolean,
  ) {
    socket.on('message', (data: Buffer, isBinary) => {
      const frame = this.log.record(data, isBinary);
      if (frame.event === 'ping' && !isSilent) this.send('pong', {});
    });
    socket.on('error', () => undefined); // what matters of it is in the close code
    this.closed = new Promise((resolve) => {
      socket.once('close', (code, reason) => {
        const closed = { code, reason: reason.toString() };
        this.log.end(closed);
        resolve(closed);
      });
    });
  }

  /** Opens the socket and says nothing. @throws when the handshake is refused, with its status. */
  static async open(url: string, options: OpenOptions = {}): Promise<ProtocolClient> {
    const { headers, origin, isSilent = false } = options;
    const socket = new WebSocket(url, subprotocol, { ...(headers && { headers }), ...(origin && { origin }) });
    const client = new ProtocolClient(socket, isSilent);
    const opened = new Promise<void>((resolve, reject) => {
      socket.once('open', resolve);
      socket.once('error', reject);
    });
    await withDeadline(opened, defaultDeadlineMs, () => `${url} did not open`);
    return client;
  }

  /** Opens the socket, sends `connect` and resolves at `connected`. */
  static async connect(url: string, options: ConnectOptions): Promise<ProtocolClient> {
    const { token, device, resume } = options;
    const client = await ProtocolClient.open(url, options);
    client.send('connect', { token, ...(device && { device }), ...(resume && { resume }) });
    await client.waitFor('connected');
    return client;
  }

  get frames(): readonly Frame[] {
    return this.log.frames;
  }

  get isOpen(): boolean {
    return this.socket.readyState === WebSocket.OPEN;
  }

  /** What `connected` said. */
  get connected(): ServerEvents['connected'] {
    const [frame] = this.events('connected');
    if (!frame) throw new Error('not connected yet');
    return frame;
  }

  events<Name extends EventName>(event: Name): ServerEvents[Name][] {
    return this.log.of(event).map((frame) => frame.data);
  }

  /** The messages of one timeline (or of all of them) in order of arrival. */
  messages(timeline?: string): MessageData[] {
    return this.events('message').filter((data) => timeline === undefined || data.timeline === timeline);
  }

  offsets(timeline: string): (number | undefined)[] {
    return this.messages(timeline).map((data) => data.offset);
  }

  /** The first frame of that kind, already here or to come. @throws at the deadline, or when the socket closes first. */
  waitFor<Name extends EventName>(
    event: Name,
    predicate: (data: ServerEvents[Name], frame: Frame<Name>) => boolean = () => true,
    deadlineMs = defaultDeadlineMs,
  ): Promise<Frame<Name>> {
    const matching = (): Frame<Name> | undefined => this.log.of(event).find((frame) => predicate(frame.data, frame));
    return this.log.wait(matching, `a frame '${event}'`, deadlineMs);
  }

  /** The first `count` messages of a timeline. */
  async waitForMessages(timeline: string, count: number, deadlineMs = defaultDeadlineMs): Promise<MessageData[]> {
    const enough = (): MessageData[] | undefined => {
      const messages = this.messages(timeline);
      return messages.length >= count ? messages.slice(0, count) : undefined;
    };
    return this.log.wait(enough, `${count} messages of ${timeline}`, deadlineMs);
  }

  async waitForClose(deadlineMs = defaultDeadlineMs): Promise<Closed> {
    return withDeadline(this.closed, deadlineMs, () => this.log.failure('the close', deadlineMs));
  }

  send(event: string, data: unknown, ref?: string | number): void {
    this.sendRaw(JSON.stringify({ event, data, ...(ref !== undefined && { ref }) }));
  }

  sendRaw(data: string | Buffer, options: { binary?: boolean; fin?: boolean; mask?: boolean } = {}): void {
    this.socket.send(data, options);
  }

  /** Sends with a `ref` and resolves to the frame that carries it back, be it the answer or `error`. */
  async request(event: string, data: unknown): Promise<Frame> {
    const ref = `r${++this.refs}`;
    this.send(event, data, ref);
    const answer = (): Frame | undefined => this.log.frames.find((frame) => frame.ref === ref);
    return this.log.wait(answer, `the answer to '${event}' (ref ${ref})`, defaultDeadlineMs);
  }

  ack(positions: Readonly<Record<string, number>>): void {
    this.send('ack', positions);
  }

  read(data: { timeline: string; upTo: number } | { timeline: string; offsets: readonly number[] }): void {
    this.send('read', data);
  }

  inbox(query: Readonly<Record<string, unknown>> = {}): Promise<Frame> {
    return this.request('inbox', query);
  }

  /** Stops taking bytes from the socket: the slow reader. */
  pause(): void {
    this.socket.pause();
  }

  resume(): void {
    this.socket.resume();
  }

  /** With a close frame; resolves when the other side has answered it. */
  async close(): Promise<Closed> {
    this.socket.close(1000);
    return this.waitForClose();
  }

  /** Without a close frame, as a process that dies. */
  terminate(): void {
    this.socket.terminate();
  }
}
