import { createServer, type Server } from 'node:http';
import { type AddressInfo, connect, Socket } from 'node:net';
import { setImmediate as turn } from 'node:timers/promises';
import { AcceptQueue } from './accept-queue.js';

let server: Server;
let served: Socket[];
let queue: AcceptQueue;

beforeEach(() => {
  const mine: Socket[] = (served = []); // what an earlier test left waiting is served to that test's list
  server = createServer();
  server.removeAllListeners('connection');
  server.on('connection', (socket: Socket) => mine.push(socket));
  queue = new AcceptQueue(server);
});

afterEach(() => {
  jest.restoreAllMocks();
});

function comes(): Socket {
  const socket = new Socket();
  socket.pause();
  server.emit('connection', socket);
  return socket;
}

async function comeEachTurn(count: number): Promise<Socket[]> {
  const sockets: Socket[] = [];
  for (let index = 0; index < count; index += 1) {
    sockets.push(comes());
    await turn();
  }
  return sockets;
}

test('who comes alone is served in the next turn, and read from then on', async () => {
  const socket = comes();
  expect(socket.isPaused()).toBe(true);
  await turn();
  await turn();
  expect(served).toEqual([socket]);
  expect(socket.isPaused()).toBe(false);
  expect(queue.length).toBe(0);
});

test('while somebody comes in every turn nobody is served; after that a few in each turn, in the order of their coming', async () => {
  const sockets = await comeEachTurn(20);
  expect(served).toEqual([]);
  expect(queue.length).toBe(20);
  await turn();
  expect(served).toEqual(sockets.slice(0, 8));
  await turn();
  await turn();
  expect(served).toEqual(sockets);
});

test('who has waited for a second is served although others come, one for each', async () => {
  const sockets = await comeEachTurn(5);
  const start = performance.now();
  jest.spyOn(performance, 'now').mockImplementation(() => start + 1100);
  await comeEachTurn(3);
  expect(served).toEqual(sockets.slice(0, 3));
});

test('the line is bounded: from 16,384 on one is served for each that comes', () => {
  const first = comes();
  first.setMaxListeners(0);
  for (let index = 1; index < 16_384; index += 1) server.emit('connection', first);
  expect(served).toHaveLength(0);
  comes();
  expect(served).toEqual([first]);
  expect(queue.length).toBe(16_384);
});

test('a connection that breaks while it waits ends nothing and is not served', async () => {
  const broken = comes();
  broken.destroy(new Error('reset by peer'));
  const next = comes();
  await turn();
  await turn();
  expect(served).toEqual([next]);
});

test('a real server answers a burst of requests, each once, also those that were sent before it accepted', async () => {
  const real = createServer((_request, response) => response.end('here'));
  new AcceptQueue(real);
  await new Promise<void>((resolve) => real.listen(0, '127.0.0.1', resolve));
  const { port } = real.address() as AddressInfo;
  const answers = await Promise.all(Array.from({ length: 300 }, () => request(port)));
  expect(answers.filter((answer) => answer.startsWith('HTTP/1.1 200') && answer.endsWith('here'))).toHaveLength(300);
  await new Promise((resolve) => real.close(resolve));
});

function request(port: number): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect(port, '127.0.0.1');
    let answer = '';
    socket.on('data', (part: Buffer) => (answer += part.toString())).on('error', reject);
    socket.on('end', () => resolve(answer));
    socket.write('GET / HTTP/1.1\r\nHost: here\r\nConnection: close\r\n\r\n');
  });
}
