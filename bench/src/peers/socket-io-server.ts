/**
 * A peer: Socket.IO, over WebSocket only, everybody in one room. With `redis` its Redis adapter (pub/sub, nothing kept);
 * with `streams` its Redis Streams adapter and connection state recovery.
 */
import { createServer } from 'node:http';
import { createAdapter as createRedisAdapter } from '@socket.io/redis-adapter';
import { createAdapter as createStreamsAdapter } from '@socket.io/redis-streams-adapter';
import { Redis } from 'ioredis';
import { Server } from 'socket.io';

const [adapter = '', redisPort = '', room = ''] = process.argv.slice(2);

/** The Streams adapter reads what RESP2 answers; ioredis 6 speaks RESP3 unless it is told. */
const redis = new Redis({ host: '127.0.0.1', port: Number(redisPort), ...(adapter === 'streams' && { protocol: 2 }) });
const http = createServer();
const io = new Server(http, {
  transports: ['websocket'],
  serveClient: false,
  ...(adapter === 'streams'
    ? { adapter: createStreamsAdapter(redis), connectionStateRecovery: {} }
    : { adapter: createRedisAdapter(redis, redis.duplicate()) }),
});
io.on('connection', (socket) => void socket.join(room));

process.on('disconnect', () => process.exit(0));
http.listen({ port: 0, host: '127.0.0.1', backlog: 1024 }, () => {
  const address = http.address();
  process.send?.({ port: address !== null && typeof address === 'object' ? address.port : 0 });
});
