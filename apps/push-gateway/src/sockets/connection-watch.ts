/**
 * What time does to connections: one look a second at all of them, instead of timers for each. Silent clients are pinged
 * and closed, tokens expire, clients that never drain are closed. Those that never connect are closed on time, by a look
 * of their own.
 */
import { type CloseCode, closeCodes } from '@fanfare/contracts';
import { serverFrame } from '../frames/server-frame.js';
import type { WebSocketConnection } from './web-socket-connection.js';

export interface WatchLimits {
  /** Silence after which a ping is sent; after two without an answer the connection is closed. */
  readonly pingMs: number;
  readonly connectWithinMs: number;
  readonly drainWithinMs: number;
}

const UNANSWERED_PINGS = 2;
/** Timers may be that much early. */
const EARLY_MS = 5;

export class ConnectionWatch {
  readonly connections = new Set<WebSocketConnection>();
  /** Nobody is let in any more. */
  isClosed = false;
  private readonly underway = new Set<Promise<void>>();

  constructor(private readonly limits: WatchLimits) {}

  add(connection: WebSocketConnection): void {
    this.connections.add(connection);
    if (!Number.isFinite(this.limits.connectWithinMs)) return;
    setTimeout(() => this.lookAt(connection), this.limits.connectWithinMs + EARLY_MS).unref();
  }

  /** To be called every second, or more often where pings are more frequent. */
  look(): void {
    const now = performance.now();
    const time = Date.now();
    for (const connection of this.connections) this.judge(connection, now, time);
  }

  /** Work that the end of a connection left behind, to be awaited before Redis is closed. */
  closing(work: Promise<void>): void {
    this.underway.add(work);
    void work.finally(() => this.underway.delete(work));
  }

  /** Closes every connection with the code and waits until their sessions are undone. */
  async closeAll(code: CloseCode, reason: string): Promise<void> {
    this.isClosed = true;
    for (const connection of this.connections) this.end(connection, code, reason);
    while (this.connections.size > 0 || this.underway.size > 0) {
      await Promise.all(this.underway);
      await new Promise((resolve) => setImmediate(resolve));
    }
  }

  private lookAt(connection: WebSocketConnection): void {
    if (this.connections.has(connection)) this.judge(connection, performance.now(), Date.now());
  }

  private judge(connection: WebSocketConnection, now: number, time: number): void {
    const { session } = connection;
    if (!session && !connection.isConnecting && now - connection.openedAt > this.limits.connectWithinMs) {
      return connection.close(closeCodes.unauthorized, 'no connect frame came');
    }
    if (connection.expiresAt > 0 && time >= connection.expiresAt) {
      return connection.close(closeCodes.unauthorized, 'the token has expired');
    }
    if (session?.behindSince !== undefined && now - session.behindSince > this.limits.drainWithinMs) {
      return this.end(connection, closeCodes.tooSlow, 'what was sent was not taken');
    }
    if (session) this.ping(connection, now);
  }

  private ping(connection: WebSocketConnection, now: number): void {
    const silentMs = now - connection.lastReceivedAt;
    if (silentMs < this.limits.pingMs * (connection.unansweredPings + 1)) return;
    if (connection.unansweredPings >= UNANSWERED_PINGS)
      return this.end(connection, closeCodes.tooSlow, 'pings were not answered');
    connection.unansweredPings += 1;
    connection.send(serverFrame('ping', {}));
  }

  /** The client may be gone: its part of the closing handshake is not waited for. */
  private end(connection: WebSocketConnection, code: CloseCode, reason: string): void {
    connection.close(code, reason);
    setTimeout(() => connection.webSocket.terminate(), 1000).unref();
  }
}
