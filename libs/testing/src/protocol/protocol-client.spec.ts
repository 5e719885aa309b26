import type { AddressInfo } from 'node:net';
import { type WebSocket, WebSocketServer } from 'ws';
import { ProtocolClient } from './protocol-client.js';

let server: WebSocketServer;
let peer: WebSocket;
let heard: { event: string; data: unknown; ref?: string }[];
let url: string;
let headers: Record<string, unknown>;

beforeAll(async () => {
  server = new WebSocketServer({ port: 0, host: '127.0.0.1' });
  await new Promise((resolve) => server.once('listening', resolve));
  url = `ws://127.0.0.1:${(server.address() as AddressInfo).port}`;
  server.on('connection', (socket, request) => {
    peer = socket;
    heard = [];
    headers = request.headers;
    socket.on('message', (data: Buffer) => answer(JSON.parse(data.toString()) as (typeof heard)[number]));
  });
});
afterAll(() => new Promise((resolve) => server.close(resolve)));
afterEach(() => server.clients.forEach((client) => client.terminate()));

function say(event: string, data: unknown, ref?: string): void {
  peer.send(JSON.stringify({ event, data, ref }));
}

function answer(frame: (typeof heard)[number]): void {
  heard.push(frame);
  if (frame.event === 'connect') say('connected', { session: 's1' });
  if (frame.event === 'inbox') say('inbox', { messages: [] }, frame.ref);
}

const message = (timeline: string, offset: number) => ({ timeline, offset, epoch: 'e', message: { payload: offset } });
const connect = () => ProtocolClient.connect(url, { token: 't', device: 'phone', resume: {} });

test('says the subprotocol and sends connect first', async () => {
  const client = await ProtocolClient.connect(url, { token: 't', origin: 'http://here' });
  expect(headers).toMatchObject({ 'sec-websocket-protocol': 'fanfare.v1.json', origin: 'http://here' });
  expect(heard).toEqual([{ event: 'connect', data: { token: 't' } }]);
  expect(client.connected.session).toBe('s1');
});

test('records every frame in order and finds those of one timeline', async () => {
  const client = await connect();
  for (const [timeline, offset] of [
    ['a', 1],
    ['b', 1],
    ['a', 2],
  ] as const)
    say('message', message(timeline, offset));
  await client.waitForMessages('a', 2);
  expect(client.offsets('a')).toEqual([1, 2]);
  expect(client.messages()).toHaveLength(3);
  expect(client.frames.map(({ event }) => event)).toEqual(['connected', 'message', 'message', 'message']);
});

test('waits for what is here already as for what is to come', async () => {
  const client = await connect();
  say('membership', { group: 'eng', state: 'joined' });
  const first = client.waitFor('membership', ({ state }) => state === 'left');
  await client.waitFor('membership', ({ state }) => state === 'joined');
  say('membership', { group: 'eng', state: 'left' });
  await expect(first).resolves.toMatchObject({ data: { state: 'left' } });
});

test('a wait in vain shows what came instead', async () => {
  const client = await connect();
  say('error', { code: 'bad_resume', message: 'no' });
  await client.waitFor('error');
  await expect(client.waitFor('synced', undefined, 20)).rejects.toThrow(
    /'synced' did not come within 20 ms.*bad_resume/s,
  );
});

test('a wait ends when the socket closes, with the close code', async () => {
  const client = await connect();
  const waiting = client.waitFor('synced');
  peer.close(4401, 'expired');
  await expect(waiting).rejects.toThrow('closed: 4401 expired');
  await expect(client.waitForClose()).resolves.toEqual({ code: 4401, reason: 'expired' });
});

test('finds the answer to a request by its ref', async () => {
  const client = await connect();
  await expect(client.request('inbox', {})).resolves.toMatchObject({
    event: 'inbox',
    data: { messages: [] },
    ref: 'r1',
  });
});

test('answers a ping unless it is to be silent', async () => {
  await connect();
  const ponged = new Promise((resolve) => peer.once('message', resolve));
  say('ping', {});
  await ponged;
  expect(heard.at(-1)).toEqual({ event: 'pong', data: {} });

  const silent = await ProtocolClient.connect(url, { token: 't', isSilent: true });
  say('ping', {});
  await silent.waitFor('ping');
  await silent.request('inbox', {});
  expect(heard.map(({ event }) => event)).toEqual(['connect', 'inbox']);
});

test('takes nothing from the socket while it is paused', async () => {
  const client = await connect();
  client.pause();
  say('synced', {});
  await expect(client.waitFor('synced', undefined, 50)).rejects.toThrow("'synced' did not come");
  client.resume();
  await client.waitFor('synced');
});

test('closes with a close frame, and terminates without one', async () => {
  const polite = await connect();
  const politely = new Promise((resolve) => peer.once('close', resolve));
  await expect(polite.close()).resolves.toMatchObject({ code: 1000 });
  await expect(politely).resolves.toBe(1000);

  const abrupt = await connect();
  const abruptly = new Promise((resolve) => peer.once('close', resolve));
  abrupt.terminate();
  await expect(abruptly).resolves.toBe(1006);
});
