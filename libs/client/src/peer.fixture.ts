// The other side of a client in specs: a WebSocket whose frames the spec sends and sees, without a network, so that time
// can be a fake one. What a real socket does to it is looked at in fanfare.spec.ts and in e2e.
import { Fanfare, type FanfareError, type FanfareMessage, type FanfareOptions, type StatusChange } from './index.js';
import type { Fields, Position } from './frames.js';
import type { SocketEvent, WebSocketLike } from './surroundings.js';

export interface Sent {
  readonly event: string;
  readonly data: Fields;
  readonly ref?: string;
}

/** One socket, seen from the gateway. */
export class Peer implements WebSocketLike {
  readyState = 0;
  readonly sent: Sent[] = [];
  closedWith: number | undefined;
  private readonly listeners = new Map<string, ((event: SocketEvent) => void)[]>();

  constructor(
    readonly url: string,
    readonly protocol?: string,
  ) {}

  addEventListener(type: string, listener: (event: SocketEvent) => void): void {
    this.listeners.set(type, [...(this.listeners.get(type) ?? []), listener]);
  }

  send(text: string): void {
    this.sent.push(JSON.parse(text) as Sent);
  }

  close(code?: number): void {
    this.closedWith ??= code;
    this.end(1000);
  }

  open(): this {
    this.readyState = 1;
    this.fire('open');
    return this;
  }

  say(event: string, data: unknown = {}, ref?: unknown): void {
    this.sayText(JSON.stringify({ event, data, ref }));
  }

  sayText(data: unknown): void {
    this.fire('message', { data });
  }

  /** Opens the session, catches up on nothing. */
  welcome(timelines: readonly Partial<Welcome>[] = [{}]): this {
    this.open();
    this.say('connected', {
      ...{ session: 's', user: 'alice', pingSeconds: 25, unread: 0 },
      timelines: timelines.map((one) => ({ ...welcome, ...one })),
    });
    return this;
  }

  message(offset: number, epoch = '1.a.1', more: Fields = {}): void {
    const { timeline = 'user:alice', ...content } = more;
    const message = { id: `m${offset}`, type: 'text', priority: 'normal', at: 1, payload: offset, ...content };
    this.say('message', { timeline, offset, epoch, message });
  }

  /** From the other side, or by the network. */
  end(code: number, reason = ''): void {
    if (this.readyState === 3) return;
    this.readyState = 3;
    this.fire('close', { code, reason });
  }

  of(event: string): Sent[] {
    return this.sent.filter((frame) => frame.event === event);
  }

  private fire(type: string, more: Omit<SocketEvent, 'type'> = {}): void {
    for (const listener of this.listeners.get(type) ?? []) listener({ type, ...more });
  }
}

const welcome = { timeline: 'user:alice', epoch: '1.a.1', head: 0, read: 0, unread: 0, from: 0 };
type Welcome = typeof welcome;

/** A client, its sockets in the order of their making, and everything that it said. */
export class Scene {
  readonly peers: Peer[] = [];
  readonly messages: FanfareMessage[] = [];
  readonly statuses: StatusChange[] = [];
  readonly errors: FanfareError[] = [];
  readonly fanfare: Fanfare;

  constructor(options: Partial<FanfareOptions> = {}) {
    const { peers } = this;
    class WebSocket extends Peer {
      constructor(url: string, protocol?: string) {
        super(url, protocol);
        peers.push(this);
      }
    }
    this.fanfare = new Fanfare({ url: 'ws://gateway', token: () => tokenOf('alice'), WebSocket, ...options });
    this.fanfare.on('message', (message) => void this.messages.push(message));
    this.fanfare.on('status', (change) => void this.statuses.push(change));
    this.fanfare.on('error', (error) => void this.errors.push(error));
  }

  /** The newest socket. */
  get peer(): Peer {
    const peer = this.peers.at(-1);
    if (!peer) throw new Error('nothing has been connected yet');
    return peer;
  }

  get offsets(): (number | undefined)[] {
    return this.messages.map(({ offset }) => offset);
  }

  get resume(): Record<string, Position> | undefined {
    return this.peer.of('connect')[0]?.data['resume'] as Record<string, Position> | undefined;
  }

  /** Connects, up to `live`. */
  async live(timelines?: readonly Partial<Welcome>[]): Promise<Peer> {
    this.fanfare.connect();
    await turns();
    const peer = this.peer.welcome(timelines);
    peer.say('synced');
    await turns();
    return peer;
  }

  /** Lets the fake time pass until a socket is there beside those that were. */
  async again(beforeMs = 60_000): Promise<Peer> {
    const count = this.peers.length;
    for (let waited = 0; this.peers.length === count && waited < beforeMs; waited += 100) await pass(100);
    return this.peer;
  }
}

export function tokenOf(sub: string, lifeSeconds?: number): string {
  const now = Math.floor(Date.now() / 1000);
  const claims = { sub, ...(lifeSeconds !== undefined && { iat: now, exp: now + lifeSeconds }) };
  const encode = (part: unknown): string => Buffer.from(JSON.stringify(part)).toString('base64url');
  return `${encode({ alg: 'HS256' })}.${encode(claims)}.`;
}

/** Promises that are due are settled; no time passes. */
export const turns = (): Promise<void> => pass(0);
export async function pass(ms: number): Promise<void> {
  await jest.advanceTimersByTimeAsync(ms);
}
