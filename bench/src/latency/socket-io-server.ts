/**
 * A peer: Socket.IO with its Redis Streams adapter, over WebSocket only, each user in a room of their own, as its documentation
 * sends to "all devices of a user". Without connection state recovery, which would only cost.
 */
import { createServer } from 'node:http';
import { createAdapter } from '@socket.io/redis-streams-adapter';
import { Redis } from 'ioredis';
import { Server } from 'socket.io';

const [redisPort = ''] = process.argv.slice(2);

/** The adapter reads what RESP2 answers; ioredis 6 speaks RESP3 unless it is told. */
const redis = new Redis({ host: '127.0.0.1', port: Number(redisPort), protocol: 2 });
const http = createServer();
const io = new Server(http, { transports: ['websocket'], serveClient: false, adapter: createAdapter(redis) });
io.on('connection', (socket) => {
  const { user } = socket.handshake.auth as { readonly user: string };
  void socket.join(`user:${user}`);
});

process.on('disconnect', () => process.exit(0));
http.listen({ port: 0, host: '127.0.0.1', backlog: 1024 }, () => {
  const address = http.address();
  process.send?.({ port: address !== null && typeof address === 'object' ? address.port : 0 });
});
