// Frames and pongs of a client reach what its socket carries.
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import type { IncomingMessage } from 'node:http';
import { until } from '@fanfare/testing';
import { WebSocket, WebSocketServer } from 'ws';
import { attachClient, ClientSocket, connectionOf } from './client-socket.js';
import type { FrameRouter } from './frame-router.js';
import { WebSocketConnection } from './web-socket-connection.js';

let server: WebSocketServer;
beforeEach(async () => {
  server = new WebSocketServer({ port: 0, host: '127.0.0.1', WebSocket: ClientSocket });
  await once(server, 'listening');
});
afterEach(() => {
  for (const client of server.clients) client.terminate();
  server.close();
});

async function connected() {
  const client = new WebSocket(`ws://127.0.0.1:${(server.address() as AddressInfo).port}`);
  const [webSocket, request] = (await once(server, 'connection')) as [ClientSocket, IncomingMessage];
  await once(client, 'open');
  return { client, webSocket, request };
}

test('frames and pongs reach the router and the connection that a socket carries', async () => {
  const { client, webSocket, request } = await connected();
  const connection = new WebSocketConnection(webSocket, request);
  const received: string[] = [];
  const router = { receive: (data: Buffer) => received.push(data.toString()) };
  attachClient(webSocket, { connection, router: router as unknown as FrameRouter });
  expect(connectionOf(webSocket)).toBe(connection);
  for (const text of ['first', 'second']) client.send(text);
  await until(() => received.length === 2, { what: 'two frames' });
  expect(received).toEqual(['first', 'second']);
  const before = connection.lastReceivedAt;
  client.pong();
  await until(() => connection.lastReceivedAt > before, { what: 'the pong' });
});

test('a socket that no adapter accepted carries no connection', async () => {
  const { webSocket } = await connected();
  expect(() => connectionOf(webSocket)).toThrow('was not accepted');
});
