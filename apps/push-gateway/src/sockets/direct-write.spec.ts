// Real sockets: whatever is written directly and whatever to the stream arrives once and in order, also where the peer does
// not read for a while.
import { once } from 'node:events';
import { connect, createServer, type Server, type Socket } from 'node:net';
import { writeDirectly } from './direct-write.js';

let server: Server;
let near: Socket;
let far: Socket;

beforeEach(async () => {
  server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  const accepted = once(server, 'connection');
  far = connect(typeof address === 'object' ? (address?.port ?? 0) : 0, '127.0.0.1');
  [near] = (await accepted) as [Socket];
});
afterEach(() => {
  for (const one of [near, far]) one.destroy();
  server.close();
});

const received = (count: number): Promise<string> =>
  new Promise((resolve) => {
    let text = '';
    far.on('data', (chunk) => {
      text += chunk.toString();
      if (text.length >= count) resolve(text);
    });
  });

test('what the kernel takes at once is written at once, and not through the stream', async () => {
  const sender = { laterBytes: 0 };
  const write = jest.spyOn(near, 'write');
  expect(writeDirectly(near, Buffer.from('hello'), sender)).toBe(true);
  expect([sender.laterBytes, write.mock.calls.length]).toEqual([0, 0]);
  expect(await received(5)).toBe('hello');
});

test('a peer that reads late gets everything in order, and what waits is counted until it has', async () => {
  const sender = { laterBytes: 0 };
  far.pause();
  let [sent, most, direct] = ['', 0, 0];
  for (let index = 0; index < 4000; index += 1) {
    const text = `${index} ${'x'.repeat((index * 37) % 3000)};`;
    sent += text;
    if (writeDirectly(near, Buffer.from(text), sender)) direct += 1;
    else near.write(text);
    most = Math.max(most, sender.laterBytes);
  }
  expect(direct).toBeGreaterThan(10);
  expect(most).toBeGreaterThan(0);
  expect(near.writableLength).toBeGreaterThan(0);
  const arriving = received(sent.length);
  far.resume();
  expect((await arriving) === sent).toBe(true);
  expect(sender.laterBytes).toBe(0);
});

test('nothing is written directly while the stream holds something back, or to one that has ended, or that is large', async () => {
  const sender = { laterBytes: 0 };
  expect(writeDirectly(near, Buffer.alloc(64 * 1024 + 1), sender)).toBe(false);
  near.cork();
  near.write('first');
  expect(writeDirectly(near, Buffer.from('second'), sender)).toBe(false);
  near.uncork();
  near.destroy();
  await once(near, 'close');
  expect(writeDirectly(near, Buffer.from('late'), sender)).toBe(false);
});

test('a peer that goes away in the middle ends the wait', async () => {
  const sender = { laterBytes: 0 };
  far.pause();
  near.on('error', () => undefined);
  while (sender.laterBytes === 0) writeDirectly(near, Buffer.alloc(32 * 1024), sender);
  const closed = once(near, 'close');
  far.destroy();
  near.destroy();
  await closed;
  await new Promise((resolve) => setImmediate(resolve));
  expect(sender.laterBytes).toBe(0);
});
