/**
 * Socket.IO with connection state recovery on its Redis Streams adapter, as its documentation sets it up: sessions are kept
 * for ten minutes (its example has two), and middlewares are not run again for who is recovered.
 * https://socket.io/docs/v4/connection-state-recovery https://socket.io/docs/v4/redis-streams-adapter/
 *
 * `/emit?room=…&count=…` sends so many messages to a room, one after the other.
 */
import { createAdapter } from '@socket.io/redis-streams-adapter';
import { createServer } from 'node:http';
import { Redis } from 'ioredis';
import { Server } from 'socket.io';
import { peerSettings } from './peer-settings.js';
import { admitUsers } from './socket-io-users.js';

const KEPT_MS = 10 * 60 * 1000;
const { port, redisPort, tokenSecret } = peerSettings();
const sent = new Map<string, number>();

/** The adapter reads what RESP2 answers; ioredis 6 speaks RESP3 unless it is told. */
const redis = new Redis({ host: '127.0.0.1', port: redisPort, protocol: 2 });
const http = createServer((request, response) => {
  const { pathname, searchParams } = new URL(request.url ?? '/', 'http://peer');
  const room = searchParams.get('room') ?? '';
  if (pathname === '/sessions') return void response.end(String(io.of('/').sockets.size));
  for (let count = Number(searchParams.get('count')); count > 0; count -= 1) {
    const n = (sent.get(room) ?? 0) + 1;
    sent.set(room, n);
    io.to(room).emit('message', { room, n, text: searchParams.get('text') });
  }
  response.end();
});

const io = new Server(http, {
  transports: ['websocket'],
  serveClient: false,
  connectionStateRecovery: { maxDisconnectionDuration: KEPT_MS, skipMiddlewares: true },
  adapter: createAdapter(redis),
});

admitUsers(io, tokenSecret);

io.on('connection', (socket) => {
  if (!socket.recovered) void socket.join((socket.handshake.auth as { groups: string[] }).groups);
});

http.listen({ port, host: '127.0.0.1', backlog: 4096 }, () => process.stdout.write('peer is ready\n'));
process.on('SIGTERM', () => process.exit(0));
