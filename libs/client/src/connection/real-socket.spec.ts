// With a real socket, that of `ws`: what the fake one of the other specs can't show.
import type { AddressInfo } from 'node:net';
import { until, WebSocket, WebSocketServer } from '@fanfare/testing';
import { Fanfare, type FanfareMessage } from '../index.js';
import { tokenOf } from '../peer.fixture.js';

let server: WebSocketServer;
let clients: Fanfare[];
beforeEach(async () => {
  clients = [];
  server = new WebSocketServer({ port: 0, host: '127.0.0.1' });
  await new Promise((resolve) => server.once('listening', resolve));
});
afterEach(async () => {
  await Promise.all(clients.map((client) => client.close()));
  for (const socket of server.clients) socket.terminate();
  await new Promise((resolve) => server.close(resolve));
});

function client(): Fanfare {
  const { port } = server.address() as AddressInfo;
  const retry = { baseMs: 5, capMs: 20 };
  const made = new Fanfare({ url: `http://127.0.0.1:${port}`, token: () => tokenOf('alice'), WebSocket, retry });
  clients.push(made);
  return made;
}

const connected = {
  ...{ session: 's', user: 'alice', pingSeconds: 25, unread: 0 },
  timelines: [{ timeline: 'all', epoch: '1.a.1', head: 0, read: 0, unread: 0, from: 0 }],
};

test('it speaks the subprotocol, is welcomed, and gets a message after each of ten sudden ends', async () => {
  let sessions = 0;
  const seen: string[] = [];
  server.on('connection', (socket, { url = '' }) => {
    seen.push(`${url} ${socket.protocol}`);
    const offset = (sessions += 1);
    socket.once('message', () => {
      const message = { id: 'm', type: 't', priority: 'normal', at: 1, payload: offset };
      socket.send(JSON.stringify({ event: 'connected', data: connected }));
      socket.send(JSON.stringify({ event: 'synced', data: {} }));
      const data = { timeline: 'all', offset, epoch: '1.a.1', message };
      socket.send(JSON.stringify({ event: 'message', data }), () => offset <= 10 && socket.terminate());
    });
  });
  const fanfare = client();
  const messages: FanfareMessage[] = [];
  fanfare.on('message', (message) => void messages.push(message));
  fanfare.connect();
  await until(() => messages.length > 10, { what: 'eleven messages' });
  expect(messages.map(({ offset }) => offset)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11]);
  expect(new Set(seen)).toEqual(new Set(['/v1/connect fanfare.v1.json']));
});

test('closing in the middle of the handshake is no error, and the socket is gone', async () => {
  const fanfare = client();
  fanfare.connect();
  await until(() => fanfare.status === 'connecting', { what: 'it to connect', everyMs: 1 });
  await fanfare.close();
  expect(fanfare.status).toBe('closed');
  await until(() => server.clients.size === 0, { what: 'no socket to be left' });
});

test('where nobody listens it goes on trying', async () => {
  const fanfare = client();
  await new Promise((resolve) => server.close(resolve));
  let waits = 0;
  fanfare.on('status', ({ status }) => (waits += Number(status === 'waiting')));
  fanfare.connect();
  await until(() => waits > 3, { what: 'four attempts' });
});
