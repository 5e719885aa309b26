/**
 * Socket.IO with its Redis adapter, as its documentation sets it up: WebSocket only, without compression, a token checked by a
 * middleware, rooms for groups. The WebSocket's first request is let go of, as its page about memory recommends.
 * https://socket.io/docs/v4/redis-adapter/ https://socket.io/docs/v4/memory-usage/
 */
import { createAdapter } from '@socket.io/redis-adapter';
import { createServer } from 'node:http';
import { Redis } from 'ioredis';
import { Server } from 'socket.io';
import { peerSettings } from './peer-settings.js';
import { admitUsers } from './socket-io-users.js';

const { port, redisPort, tokenSecret } = peerSettings();
const publisher = new Redis({ host: '127.0.0.1', port: redisPort });
const http = createServer();
const io = new Server(http, {
  transports: ['websocket'],
  serveClient: false,
  adapter: createAdapter(publisher, publisher.duplicate()),
});

admitUsers(io, tokenSecret);

io.on('connection', (socket) => {
  void socket.join((socket.handshake.auth as { groups: string[] }).groups);
  socket.emit('connected');
});

http.listen({ port, host: '127.0.0.1', backlog: 4096 }, () => process.stdout.write('peer is ready\n'));
process.on('SIGTERM', () => process.exit(0));
