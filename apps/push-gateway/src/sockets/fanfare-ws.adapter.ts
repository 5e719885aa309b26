/**
 * Nest's WebSocket adapter with what a public socket needs: limits on frames, the subprotocol, a close frame for every
 * end, answers to bad and unknown frames, and several gateways on one path sharing each connection.
 *
 * Fanfare's own frames do not go through Nest, which binds every handler once for each client: they have one table for all.
 */
import type { IncomingMessage, Server } from 'node:http';
import { SUBPROTOCOL, limits } from '@fanfare/contracts';
import type { INestApplicationContext } from '@nestjs/common';
import { WsAdapter } from '@nestjs/platform-ws';
import type { MessageMappingProperties } from '@nestjs/websockets';
import { type WebSocket, WebSocketServer } from 'ws';
import { attachClient, ClientSocket } from './client-socket.js';
import { FrameRouter, type OwnFrames, type Transform } from './frame-router.js';
import { SessionGateway } from './session.gateway.js';
import { WebSocketConnection } from './web-socket-connection.js';

const MAX_FRAGMENTS = 1024;
/** Where the service itself listens. */
const MAIN_PORT = 0;

export class FanfareWsAdapter extends WsAdapter {
  private readonly own: OwnFrames;

  /** @param app with PushGatewayModule in it */
  constructor(app: INestApplicationContext) {
    super(app);
    this.own = app.get(SessionGateway, { strict: false }).frames;
  }

  /**
   * Of our own `ws`: Nest's brings another version, whose sockets kept the last chunk that was read from them, and the
   * class of sockets has to be of the server's version.
   */
  override create(port: number, { path = '/' }: { path?: string } = {}) {
    const isOnOtherPort = port !== MAIN_PORT;
    const main = this.httpServer as Server | undefined;
    const http = this.ensureHttpServerExists(port, isOnOtherPort ? undefined : main);
    if (isOnOtherPort) http?.listen(port); // undefined where it listens already
    const server = new WebSocketServer({
      noServer: true,
      WebSocket: ClientSocket,
      maxPayload: limits.frameBytes,
      maxFragments: MAX_FRAGMENTS,
      perMessageDeflate: false,
      handleProtocols: (offered: Set<string>) => (offered.has(SUBPROTOCOL) ? SUBPROTOCOL : false),
    });
    this.bindErrorHandler(server);
    this.addWsServerToRegistry(server, port, path);
    // Before Nest's own listeners, which expect the connection to be there.
    server.prependListener('connection', (webSocket: ClientSocket, request: IncomingMessage) =>
      this.accept(webSocket, request),
    );
    return server as never;
  }

  override bindMessageHandlers(webSocket: WebSocket, handlers: MessageMappingProperties[], transform: Transform): void {
    if (webSocket instanceof ClientSocket) webSocket.client?.router.add(handlers, transform);
  }

  /** 'close' comes once: `once`, which Nest takes, would keep a wrapper for each client. */
  override bindClientDisconnect(webSocket: WebSocket, callback: () => void): void {
    webSocket.on('close', callback);
  }

  /** Errors of a client's connection end it and are nobody's concern here; Nest would log each, by a listener of its own. */
  override bindErrorHandler(server: WebSocketServer): WebSocketServer {
    return server.on('error', (error) => this.logger.error(error));
  }

  private accept(webSocket: ClientSocket, request: IncomingMessage): void {
    if (webSocket.client) return;
    const connection = new WebSocketConnection(webSocket, request);
    attachClient(webSocket, { connection, router: new FrameRouter(connection, this.own) });
  }
}
