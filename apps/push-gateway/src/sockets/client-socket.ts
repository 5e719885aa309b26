/**
 * The WebSocket of a client as `ws` makes it for this gateway, with the connection it carries. What each socket keeps is
 * multiplied by all of them, so its listeners are shared functions.
 */
import { type RawData, WebSocket } from 'ws';
import type { FrameRouter } from './frame-router.js';
import type { WebSocketConnection } from './web-socket-connection.js';

interface Client {
  readonly connection: WebSocketConnection;
  readonly router: FrameRouter;
}

export class ClientSocket extends WebSocket {
  client: Client | undefined = undefined;

  /** Whoever begins it: `ws` answers a close frame of the client by this, too. */
  override close(code?: number, reason?: string | Buffer): void {
    this.client?.connection.sink.shut();
    super.close(code, reason);
  }
}

/** The connection of a client, for gateways that teams add. */
export function connectionOf(webSocket: WebSocket): WebSocketConnection {
  const client = webSocket instanceof ClientSocket ? webSocket.client : undefined;
  if (!client) throw new Error('this WebSocket was not accepted by FanfareWsAdapter');
  return client.connection;
}

/** From now on what the client sends goes to the router. */
export function attachClient(webSocket: ClientSocket, client: Client): void {
  webSocket.client = client;
  webSocket.on('message', onMessage);
  webSocket.on('pong', onPong);
  // ws closes the connection itself after an error of the protocol, with the code that fits.
  webSocket.on('error', ignore);
}

function onMessage(this: WebSocket, data: RawData, isBinary: boolean): void {
  if (this instanceof ClientSocket) this.client?.router.receive(data as Buffer, isBinary);
}

function onPong(this: WebSocket): void {
  if (this instanceof ClientSocket) this.client?.connection.noteReceived();
}

function ignore(): void {
  // nothing to be done
}
