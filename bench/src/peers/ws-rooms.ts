/**
 * Plain `ws` with a Redis subscriber, as a team would write it: a token and groups with the first frame, a Map of groups,
 * one subscription for each group that somebody is in, and the heartbeat of its documentation.
 * https://github.com/websockets/ws#how-to-detect-and-close-broken-connections
 */
import { Redis } from 'ioredis';
import { type RawData, type WebSocket, WebSocketServer } from 'ws';
import { peerSettings } from './peer-settings.js';
import { userOf } from './peer-token.js';

interface Member {
  user: string;
  isAlive: boolean;
  groups: readonly string[];
}

const HEARTBEAT_MS = 30_000;
const { port, redisPort, tokenSecret } = peerSettings();
const subscriber = new Redis({ host: '127.0.0.1', port: redisPort });
const rooms = new Map<string, Set<WebSocket>>();
const members = new WeakMap<WebSocket, Member>();
const server = new WebSocketServer({ port, host: '127.0.0.1', path: '/', perMessageDeflate: false, backlog: 4096 });

subscriber.on('messageBuffer', (channel: Buffer, message: Buffer) => {
  const text = message.toString();
  for (const webSocket of rooms.get(channel.toString()) ?? []) webSocket.send(text);
});

server.on('connection', (webSocket) => {
  webSocket.on('message', onMessage);
  webSocket.on('pong', onPong);
  webSocket.on('close', onClose);
  webSocket.on('error', () => undefined);
});
server.on('listening', () => process.stdout.write('peer is ready\n'));

function onPong(this: WebSocket): void {
  const member = members.get(this);
  if (member) member.isAlive = true;
}

function onMessage(this: WebSocket, data: RawData): void {
  if (members.has(this)) return;
  const { token, groups } = JSON.parse((data as Buffer).toString()) as { token: string; groups: string[] };
  const user = userOf(token, tokenSecret);
  if (user === undefined) return this.close(4401);
  members.set(this, { user, isAlive: true, groups });
  for (const group of groups) {
    const room = rooms.get(group);
    if (room) room.add(this);
    else {
      rooms.set(group, new Set([this]));
      void subscriber.subscribe(group);
    }
  }
  this.send('{"event":"connected"}');
}

function onClose(this: WebSocket): void {
  for (const group of members.get(this)?.groups ?? []) {
    const room = rooms.get(group);
    room?.delete(this);
    if (room?.size !== 0) continue;
    rooms.delete(group);
    void subscriber.unsubscribe(group);
  }
}

setInterval(() => {
  for (const webSocket of server.clients) {
    const member = members.get(webSocket);
    if (!member) continue;
    if (!member.isAlive) webSocket.terminate();
    member.isAlive = false;
    webSocket.ping();
  }
}, HEARTBEAT_MS);

process.on('SIGTERM', () => process.exit(0));
