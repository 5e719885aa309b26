/**
 * A peer: plain `ws` with a Redis subscriber. What comes on the group's channel is sent to every member, as in the README
 * of ws ("Server broadcast"), with its heartbeat ("How to detect and close broken connections"); nothing is kept.
 */
import { once } from 'node:events';
import { Redis } from 'ioredis';
import { WebSocket, WebSocketServer } from 'ws';

const HEARTBEAT_MS = 30_000;
const [redisPort = '', channel = ''] = process.argv.slice(2);

const alive = new WeakSet<WebSocket>();
const server = new WebSocketServer({ port: 0, host: '127.0.0.1', backlog: 1024 });
const listening = once(server, 'listening');
server.on('connection', (client) => {
  alive.add(client);
  client.on('error', () => client.terminate());
  client.on('pong', () => alive.add(client));
});
setInterval(() => {
  for (const client of server.clients) {
    if (!alive.delete(client)) client.terminate();
    else client.ping();
  }
}, HEARTBEAT_MS);

const redis = new Redis({ host: '127.0.0.1', port: Number(redisPort) });
redis.on('messageBuffer', (_channel: Buffer, message: Buffer) => {
  for (const client of server.clients) {
    if (client.readyState === WebSocket.OPEN) client.send(message, { binary: false });
  }
});
await Promise.all([listening, redis.subscribe(channel)]);

process.on('disconnect', () => process.exit(0));
const address = server.address();
process.send?.({ port: typeof address === 'object' ? address?.port : 0 });
