/** Who may connect to a peer that is Socket.IO: a user by their token, as its documentation checks one in a middleware. */
import type { Server } from 'socket.io';
import { userOf } from './peer-token.js';

/** The WebSocket's first request is let go of, as https://socket.io/docs/v4/memory-usage/ recommends. */
export function admitUsers(io: Server, tokenSecret: string): void {
  io.engine.on('connection', (raw: { request: unknown }) => {
    raw.request = null;
  });
  io.use((socket, next) => {
    const { token } = socket.handshake.auth as { token: string };
    const user = userOf(token, tokenSecret);
    if (user === undefined) return next(new Error('unauthorized'));
    (socket.data as { user: string }).user = user;
    next();
  });
}
