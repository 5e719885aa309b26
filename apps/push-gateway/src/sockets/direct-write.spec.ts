// Real sockets: whatever is written directly and whatever to the stream arrives once and in order, also where the peer does
// not read for a while.
import { once } from 'node:events';
import { connect, createServer, type Server, type Socket } from 'node:net';
import { handleOf, type Sender, writeDirectly } from './direct-write.js';

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

/** As an outbox does: never while the stream holds something back. */
function write(bytes: Buffer, sender: Sender): boolean {
  const handle = handleOf(near);
  return handle !== undefined && near.writableLength === 0 && writeDirectly(handle, bytes, sender);
}

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
  const stream = jest.spyOn(near, 'write');
  expect(write(Buffer.from('hello'), sender)).toBe(true);
  expect([sender.laterBytes, stream.mock.calls.length]).toEqual([0, 0]);
  expect(await received(5)).toBe('hello');
});

test('a peer that reads late gets everything in order, and what waits is counted until it has', async () => {
  const sender = { laterBytes: 0 };
  far.pause();
  let [sent, most, direct] = ['', 0, 0];
  for (let index = 0; index < 4000; index += 1) {
    const text = `${index} ${'x'.repeat((index * 37) % 3000)};`;
    sent += text;
    if (write(Buffer.from(text), sender)) direct += 1;
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

test('nothing is written directly that is large, or after something that waits, or to a socket that has closed', async () => {
  const sender = { laterBytes: 0 };
  const handle = handleOf(near);
  expect(write(Buffer.alloc(64 * 1024 + 1), sender)).toBe(false);
  expect(write(Buffer.from('x'), { laterBytes: 1 })).toBe(false);
  near.destroy();
  expect(handle && writeDirectly(handle, Buffer.from('late'), sender)).toBe(false);
  await once(near, 'close');
  expect(handle && writeDirectly(handle, Buffer.from('later'), sender)).toBe(false);
  expect(handleOf(near)).toBeUndefined();
});

test('a peer that goes away in the middle ends the wait', async () => {
  const sender = { laterBytes: 0 };
  far.pause();
  near.on('error', () => undefined);
  while (sender.laterBytes === 0) write(Buffer.alloc(32 * 1024), sender);
  const closed = once(near, 'close');
  far.destroy();
  near.destroy();
  await closed;
  await new Promise((resolve) => setImmediate(resolve));
  expect(sender.laterBytes).toBe(0);
});
