/**
 * Nest's WebSocket adapter with what a public socket needs: limits on frames, the subprotocol, a close frame for every
 * end, answers to bad and unknown frames, and several gateways on one path sharing each connection.
 */
import type { IncomingMessage, Server } from 'node:http';
import { SUBPROTOCOL, limits } from '@fanfare/contracts';
import type { INestApplicationContext } from '@nestjs/common';
import { WsAdapter } from '@nestjs/platform-ws';
import type { MessageMappingProperties } from '@nestjs/websockets';
import type { RawData, WebSocket, WebSocketServer } from 'ws';
import { FrameRouter, type Transform } from './frame-router.js';
import { WebSocketConnection } from './web-socket-connection.js';

const MAX_FRAGMENTS = 1024;

interface Client {
  readonly connection: WebSocketConnection;
  readonly router: FrameRouter;
}

const clients = new WeakMap<WebSocket, Client>();

/** The connection of a client, for gateways that teams add. */
export function connectionOf(webSocket: WebSocket): WebSocketConnection {
  const client = clients.get(webSocket);
  if (!client) throw new Error('this WebSocket was not accepted by FanfareWsAdapter');
  return client.connection;
}

export class FanfareWsAdapter extends WsAdapter {
  constructor(app: INestApplicationContext) {
    super(app);
  }

  override create(port: number, options: Record<string, unknown> & { server?: Server } = {}) {
    const server = super.create(port, {
      ...options,
      maxPayload: limits.frameBytes,
      maxFragments: MAX_FRAGMENTS,
      perMessageDeflate: false,
      handleProtocols: (offered: Set<string>) => (offered.has(SUBPROTOCOL) ? SUBPROTOCOL : false),
    } as never) as WebSocketServer;
    // Before Nest's own listeners, which expect the connection to be there.
    server.prependListener('connection', (webSocket: WebSocket, request: IncomingMessage) =>
      accept(webSocket, request),
    );
    return server as never;
  }

  override bindMessageHandlers(webSocket: WebSocket, handlers: MessageMappingProperties[], transform: Transform): void {
    clients.get(webSocket)?.router.add(handlers, transform);
  }
}

function accept(webSocket: WebSocket, request: IncomingMessage): void {
  if (clients.has(webSocket)) return;
  const connection = new WebSocketConnection(webSocket, request);
  const router = new FrameRouter(connection);
  clients.set(webSocket, { connection, router });
  webSocket.on('message', (data: RawData, isBinary) => router.receive(data as Buffer, isBinary));
  webSocket.on('pong', () => connection.noteReceived());
  // ws closes the connection itself after an error of the protocol, with the code that fits.
  webSocket.on('error', () => undefined);
}
