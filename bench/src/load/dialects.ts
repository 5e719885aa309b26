/** How a client of each contender says who it is, and what it makes of what comes: for clients that only count. */
import { Received } from './received.js';

export interface Positions {
  [timeline: string]: { readonly offset: number; readonly epoch: string };
}

export interface Credentials {
  readonly token: string;
  readonly groups: readonly string[];
  /** Fanfare only. */
  readonly device?: string;
}

/** One connection of one client. */
export interface Talk {
  readonly path: string;
  /** The first frame. */
  readonly hello: string;
  /** Whether this was what the client waits for after connecting; `answer` is to be sent back. */
  take(payload: Buffer): { readonly isReady?: boolean; readonly answer?: string };
  readonly messages: number;
  /** Out of order, or twice. */
  readonly disordered: number;
}

export type Dialect = 'fanfare' | 'ws' | 'socket.io';

const startsWith = (payload: Buffer, text: string): boolean => payload.toString('latin1', 0, text.length) === text;

/** Fanfare: ready when it is synced. Its positions are learned from `connected` and what comes. */
export class FanfareTalk implements Talk {
  readonly path = '/v1/connect';
  readonly hello: string;
  private readonly received: Received;
  private readonly epochs: Record<string, string> = {};
  private readonly timelines: string[] = [];

  constructor({ token, device }: Credentials, resume: Positions) {
    this.hello = JSON.stringify({ event: 'connect', data: { token, device, resume } });
    const offsets = Object.entries(resume).map(([timeline, { offset }]) => [timeline, offset] as const);
    this.received = new Received(Object.fromEntries(offsets));
  }

  get messages(): number {
    return this.received.messages;
  }

  get disordered(): number {
    return this.received.disordered;
  }

  take(payload: Buffer): { isReady?: boolean; answer?: string } {
    if (startsWith(payload, '{"event":"ping"')) return { answer: '{"event":"pong"}' };
    const kind = this.received.note(payload);
    if (kind === 'connected') this.learn(payload);
    return { isReady: kind === 'synced' };
  }

  positions(): Positions {
    const places = this.timelines.map((timeline) => [
      timeline,
      { offset: this.received.offset(timeline), epoch: this.epochs[timeline] ?? '' },
    ]);
    return Object.fromEntries(places) as Positions;
  }

  private learn(payload: Buffer): void {
    const { data } = JSON.parse(payload.toString()) as {
      data: { timelines: { timeline: string; epoch: string; from: number }[] };
    };
    for (const { timeline, epoch, from } of data.timelines) {
      this.epochs[timeline] = epoch;
      this.timelines.push(timeline);
      this.received.begin(timeline, from);
    }
  }
}

/** The plain `ws` peer (peers/ws-rooms.ts): ready when it says so. */
export class WsTalk implements Talk {
  readonly path = '/';
  readonly hello: string;
  messages = 0;
  readonly disordered = 0;

  constructor({ token, groups }: Credentials) {
    this.hello = JSON.stringify({ token, groups });
  }

  take(payload: Buffer): { isReady?: boolean } {
    if (startsWith(payload, '{"event":"connected"')) return { isReady: true };
    this.messages += 1;
    return {};
  }
}

const [ENGINE_PING, ENGINE_PONG] = ['2', '3'];

/** Socket.IO over a WebSocket: ready with its event `connected`. https://socket.io/docs/v4/engine-io-protocol/ */
export class SocketIoTalk implements Talk {
  readonly path = '/socket.io/?EIO=4&transport=websocket';
  readonly hello: string;
  messages = 0;
  readonly disordered = 0;

  constructor({ token, groups }: Credentials) {
    this.hello = `40${JSON.stringify({ token, groups })}`;
  }

  take(payload: Buffer): { isReady?: boolean; answer?: string } {
    if (payload.length === 1 && startsWith(payload, ENGINE_PING)) return { answer: ENGINE_PONG };
    if (startsWith(payload, '42["connected"')) return { isReady: true };
    if (startsWith(payload, '42')) this.messages += 1;
    return {};
  }
}
