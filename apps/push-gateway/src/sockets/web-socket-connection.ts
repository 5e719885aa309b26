/**
 * One WebSocket of a client, from the upgrade to the close. Carries a session once the client has connected; before that
 * only frames that need none.
 */
import type { IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import type { CloseCode } from '@fanfare/contracts';
import type { WebSocket } from 'ws';
import type { Session } from '../sessions/session.js';
import type { Transport } from '../sessions/transport.js';
import { Outbox } from './outbox.js';

/** How a byte of UTF-8 that does not begin a character is marked. */
const [CONTINUATION_MASK, CONTINUATION] = [0b1100_0000, 0b1000_0000];
const REASON_BYTES = 123; // RFC 6455 section 5.5: a control frame carries 125 bytes, 2 of them the code

export class WebSocketConnection implements Transport {
  readonly openedAt = performance.now();
  session: Session | undefined;
  /** A `connect` is being carried out. */
  isConnecting = false;
  lastReceivedAt = performance.now();
  unansweredPings = 0;
  /** When the token expires, ms since 1970; 0 before there was one. */
  expiresAt = 0;
  readonly sink: Outbox;
  private readonly socket: Socket;

  constructor(
    readonly webSocket: WebSocket,
    request: IncomingMessage,
    readonly authorization: string | undefined = request.headers.authorization,
  ) {
    this.socket = request.socket;
    this.sink = new Outbox(this.socket);
  }

  get isOpen(): boolean {
    return this.webSocket.readyState === this.webSocket.OPEN;
  }

  get pendingBytes(): number {
    return this.sink.pendingBytes;
  }

  send(frame: Buffer, lane?: object, isUrgent = false): void {
    this.sink.send(frame, lane, isUrgent);
  }

  close(code: CloseCode, reason: string): void {
    if (!this.isOpen) return;
    this.sink.flush();
    this.sink.shut();
    this.webSocket.close(code, fitting(reason));
  }

  /** What came in proves that the client is there. */
  noteReceived(): void {
    this.lastReceivedAt = performance.now();
    this.unansweredPings = 0;
  }

  async drained(): Promise<void> {
    this.sink.flush();
    if (!this.socket.writableNeedDrain || this.socket.destroyed) return;
    await new Promise<void>((resolve) => {
      const done = (): void => {
        this.socket.off('drain', done).off('close', done);
        resolve();
      };
      this.socket.on('drain', done).on('close', done);
    });
  }
}

/** The reason as far as a control frame carries it, cut between two characters. */
function fitting(reason: string): string {
  const bytes = Buffer.from(reason);
  if (bytes.length <= REASON_BYTES) return reason;
  let end = REASON_BYTES;
  while ((bytes.readUInt8(end) & CONTINUATION_MASK) === CONTINUATION) end -= 1;
  return bytes.toString('utf8', 0, end);
}
