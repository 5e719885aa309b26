/** The client protocol over WebSocket: frames in, sessions behind (docs/protocol.md). */
import type { IncomingMessage } from 'node:http';
import {
  ackData,
  closeCodes,
  CONNECT_PATH,
  type ConnectData,
  connectData,
  inboxData,
  readData,
} from '@fanfare/contracts';
import { type Identity, TokenVerifier } from '@fanfare/service-kit';
import { Inject } from '@nestjs/common';
import { type OnGatewayConnection, type OnGatewayDisconnect, WebSocketGateway } from '@nestjs/websockets';
import type { WebSocket } from 'ws';
import type { z } from 'zod';
import { FrameError } from '../frames/frame-error.js';
import { serverFrame } from '../frames/server-frame.js';
import { Admission } from '../sessions/admission.js';
import { DeviceSessions } from '../sessions/device-sessions.js';
import type { Session } from '../sessions/session.js';
import { ConnectionWatch } from './connection-watch.js';
import { connectionOf } from './client-socket.js';
import { AnswerIfAsked, type OwnFrame, type OwnFrames } from './frame-router.js';
import { OriginPolicy } from './origin-policy.js';
import type { WebSocketConnection } from './web-socket-connection.js';

const [RETURN_AFTER_MS, RETURN_SPREAD_MS] = [1000, 9000];

@WebSocketGateway({ path: CONNECT_PATH })
export class SessionGateway implements OnGatewayConnection<WebSocket>, OnGatewayDisconnect<WebSocket> {
  /** What clients may send, by event. */
  readonly frames: OwnFrames = new Map<string, OwnFrame>([
    ['connect', (connection, body) => this.connect(connection, body)],
    ['ack', (connection, body) => this.ack(connection, body)],
    ['read', (connection, body) => this.read(connection, body)],
    ['inbox', (connection, body) => this.inbox(connection, body)],
    ['pong', () => undefined], // that it came is all it says
  ]);

  constructor(
    @Inject(DeviceSessions) private readonly sessions: DeviceSessions,
    @Inject(TokenVerifier) private readonly tokens: TokenVerifier,
    @Inject(ConnectionWatch) private readonly watch: ConnectionWatch,
    @Inject(OriginPolicy) private readonly origins: OriginPolicy,
    @Inject(Admission) private readonly admission: Admission,
  ) {}

  handleConnection(webSocket: WebSocket, request: IncomingMessage): void {
    const connection = connectionOf(webSocket);
    if (!this.origins.allows(request.headers.origin)) {
      return connection.close(closeCodes.forbiddenOrigin, 'this origin may not connect');
    }
    if (this.watch.isClosed) return connection.close(closeCodes.restarting, 'the gateway stops');
    this.watch.add(connection);
  }

  handleDisconnect(webSocket: WebSocket): void {
    const connection = connectionOf(webSocket);
    this.watch.connections.delete(connection);
    this.admission.leave(connection);
    if (connection.session) this.watch.closing(this.sessions.close(connection.session));
  }

  /** The first frame, and again with a fresh token before the old one expires. */
  private async connect(connection: WebSocketConnection, body: unknown): Promise<void> {
    if (connection.isConnecting) throw new FrameError('bad_request', 'connect is being carried out already');
    const data = parsed(connectData, body ?? {});
    connection.isConnecting = true;
    try {
      const token = data.token ?? bearer(connection.authorization);
      const identity = token === undefined ? undefined : await this.tokens.verify(token);
      if (!identity || (identity.device !== undefined && (data.device ?? identity.device) !== identity.device)) {
        return connection.close(closeCodes.unauthorized, 'the token is missing or not valid');
      }
      if (connection.session) return refresh(connection, connection.session, identity);
      if (!connection.isOpen) return;
      connection.expiresAt = identity.expiresAt;
      await this.open(connection, identity, data);
    } catch (error) {
      if (error instanceof FrameError) throw error;
      connection.close(closeCodes.tryLater, 'the session could not be opened now');
    } finally {
      connection.isConnecting = false;
    }
  }

  /** The wait in line is no part of the time that a client has for its `connect`. */
  private async open(connection: WebSocketConnection, identity: Identity, data: ConnectData): Promise<void> {
    const outcome = await this.admission.run(connection, () =>
      this.sessions.connect(connection, identity, data, (session) => (connection.session = session)),
    );
    if (outcome !== 'full' && outcome !== 'late') return;
    connection.send(serverFrame('reconnect', { afterMs: jitteredMs() }));
    connection.close(closeCodes.tryLater, 'too many connect at once');
  }

  private ack(connection: WebSocketConnection, body: unknown): void {
    this.sessions.acknowledge(sessionOf(connection), parsed(ackData, body));
  }

  private async read(connection: WebSocketConnection, body: unknown): Promise<AnswerIfAsked> {
    const read = await this.sessions.read(sessionOf(connection), parsed(readData, body));
    return new AnswerIfAsked('read', read);
  }

  private async inbox(connection: WebSocketConnection, body: unknown): Promise<{ event: string; data: unknown }> {
    return { event: 'inbox', data: await this.sessions.inbox(sessionOf(connection), parsed(inboxData, body ?? {})) };
  }
}

function refresh(
  connection: WebSocketConnection,
  session: Session,
  identity: { user: string; expiresAt: number },
): void {
  if (identity.user !== session.user) {
    return connection.close(closeCodes.unauthorized, 'the fresh token is of another user');
  }
  connection.expiresAt = identity.expiresAt;
}

function sessionOf({ session }: WebSocketConnection): Session {
  if (!session?.isConnected) throw new FrameError('unauthorized', 'the session is not open yet');
  return session;
}

/** Spread, so that those who are sent away together do not come back together. */
function jitteredMs(): number {
  return Math.round(RETURN_AFTER_MS + Math.random() * RETURN_SPREAD_MS);
}

function bearer(header: string | undefined): string | undefined {
  return header?.startsWith('Bearer ') ? header.slice('Bearer '.length).trim() : undefined;
}

function parsed<T extends z.ZodType>(schema: T, body: unknown): z.infer<T> {
  const result = schema.safeParse(body);
  if (result.success) return result.data;
  const issue = result.error.issues[0];
  throw new FrameError('invalid', `/${issue?.path.join('/') ?? ''}: ${issue?.message ?? 'is not valid'}`);
}
