// One socket, from its opening to its end. It introduces itself, answers pings, notices silence, and ends once; what a
// socket says after that is heard by nobody, so that nothing of it leaks into the next one.
import { type Connected, connectedIn, type Frame, isCount, parseFrame } from '../frames.js';
import type { SocketEvent, WebSocketConstructor, WebSocketLike } from '../surroundings.js';
import { Silence } from './silence.js';

const SUBPROTOCOL = 'fanfare.v1.json';
/** From the first packet to `connected`; where many connect at once, the gateway lets wait for some of it. */
const CONNECT_MS = 30_000;
const CLOSE_MS = 1000;
const OPEN = 1;
/** RFC 6455: no code came. */
const NO_CLOSE = 1006;

export interface Ended {
  readonly code: number;
  readonly reason: string;
  /** The gateway asked to come back after that time. */
  readonly afterMs?: number;
}

export interface ConnectionEvents {
  /** The whole frame that opens the session, as text. */
  readonly introduce: () => string;
  readonly onConnected: (data: Connected) => void;
  /** Every other frame but pings. @param size of its text */
  readonly onFrame: (frame: Frame, size: number) => void;
  /** Once. */
  readonly onEnd: (ended: Ended) => void;
}

/** States: opening → introduced → connected → over. */
export class Connection {
  isConnected = false;
  private isOver = false;
  private readonly socket: WebSocketLike;
  private readonly silence: Silence;
  private readonly closed: Promise<void>;

  /** @throws what the WebSocket's constructor throws */
  constructor(
    WebSocket: WebSocketConstructor,
    url: string,
    private readonly events: ConnectionEvents,
  ) {
    const socket = new WebSocket(url, SUBPROTOCOL);
    this.socket = socket;
    this.silence = new Silence(CONNECT_MS, {
      probe: () => this.isConnected && this.send('ping', {}, 'ping'),
      dead: () => this.end({ code: NO_CLOSE, reason: 'nothing came any more' }),
    });
    socket.addEventListener('open', () => this.isOver || this.socket.send(events.introduce()));
    socket.addEventListener('message', ({ data }) => this.isOver || this.receive(data));
    socket.addEventListener('error', () => undefined); // the close that follows says as much
    this.closed = new Promise((resolve) => {
      socket.addEventListener('close', (event) => {
        resolve();
        this.end(endOf(event));
      });
    });
  }

  /** @returns false where there is no connection to send it on */
  send(event: string, data: unknown, ref?: string): boolean {
    return this.sendText(JSON.stringify({ event, data, ref }));
  }

  sendText(text: string): boolean {
    if (this.isOver || this.socket.readyState !== OPEN) return false;
    this.socket.send(text);
    return true;
  }

  /** There is reason to doubt that the other side is there. */
  check(): void {
    if (this.isConnected) this.silence.check();
  }

  /** Closes it with a word; `onEnd` is not called. Resolves when the socket is gone, after a second at most. */
  async leave(): Promise<void> {
    this.isOver = true;
    this.silence.stop();
    this.socket.close(1000);
    let timer: ReturnType<typeof setTimeout> | undefined;
    await Promise.race([this.closed, new Promise((resolve) => (timer = setTimeout(resolve, CLOSE_MS)))]);
    clearTimeout(timer);
    this.socket.terminate?.();
  }

  private receive(text: unknown): void {
    this.silence.heard();
    const frame = parseFrame(text);
    if (!frame) return;
    const { event, data } = frame;
    if (event === 'ping') return void this.send('pong', {});
    if (event === 'connected') return this.connected(connectedIn(data));
    this.events.onFrame(frame, (text as string).length);
    if (event !== 'reconnect') return;
    const afterMs = isCount(data['afterMs']) ? data['afterMs'] : 0;
    this.end({ code: 1000, reason: 'the gateway asked to connect again', afterMs });
  }

  private connected(data: Connected | undefined): void {
    if (!data || this.isConnected) return;
    this.isConnected = true;
    this.silence.expectPings(data.pingSeconds);
    this.events.onConnected(data);
  }

  private end(ended: Ended): void {
    if (this.isOver) return;
    void this.leave();
    this.events.onEnd(ended);
  }
}

function endOf({ code, reason }: SocketEvent): Ended {
  return { code: code ?? NO_CLOSE, reason: reason ?? '' };
}
