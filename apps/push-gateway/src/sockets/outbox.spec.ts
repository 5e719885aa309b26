import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import fc from 'fast-check';
import { FrameBatch } from '../frames/frame-batch.js';
import { Outbox } from './outbox.js';

/** A socket that keeps what was written, one entry for each write. */
function socket(writableLength = 0) {
  const writes: string[] = [];
  const stream = { writable: true, writableLength, write: (bytes: Buffer) => writes.push(bytes.toString()) };
  return { stream, writes, outbox: new Outbox(stream as unknown as Socket) };
}
const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
const bytes = (text: string): Buffer => Buffer.from(text);

test('what is sent within one turn goes out in one write, at the end of the turn', async () => {
  const { outbox, writes } = socket();
  for (const text of ['a', 'b', 'c']) outbox.send(bytes(text));
  expect(writes).toEqual([]);
  await turn();
  expect(writes).toEqual(['abc']);
  outbox.send(bytes('d'));
  await turn();
  expect(writes).toEqual(['abc', 'd']);
});

test('each socket is written to by itself', async () => {
  const [one, other] = [socket(), socket()];
  one.outbox.send(bytes('1'));
  other.outbox.send(bytes('2'));
  one.outbox.send(bytes('3'));
  await turn();
  expect([one.writes, other.writes]).toEqual([['13'], ['2']]);
});

test('what the peer has not taken is counted: unsent frames and what the socket holds', async () => {
  const { outbox, stream } = socket(100);
  outbox.send(bytes('12345'));
  expect(outbox.pendingBytes).toBe(105);
  await turn();
  stream.writableLength = 7;
  expect(outbox.pendingBytes).toBe(7);
});

test('a socket that has ended is not written to, and nothing is kept for it', async () => {
  const { outbox, stream, writes } = socket();
  stream.writable = false;
  outbox.send(bytes('lost'));
  await turn();
  expect([writes, outbox.pendingBytes]).toEqual([[], 0]);
});

test('a flush at once leaves nothing for the end of the turn', async () => {
  const { outbox, writes } = socket();
  outbox.send(bytes('a'));
  outbox.flush();
  outbox.flush();
  await turn();
  expect(writes).toEqual(['a']);
});

test('a lane that holds an urgent frame goes first, as a whole and in its own order', async () => {
  const { outbox, writes } = socket();
  const [quiet, urgent] = [{}, {}];
  outbox.send(bytes('q1 '), quiet);
  outbox.send(bytes('u1 '), urgent);
  outbox.send(bytes('q2 '), quiet);
  outbox.send(bytes('u2! '), urgent, true);
  outbox.send(bytes('q3 '), quiet);
  await turn();
  expect(writes).toEqual(['u1 u2! q1 q2 q3 ']);
});

test('a frame without a lane keeps its place among all others', async () => {
  const { outbox, writes } = socket();
  const [quiet, urgent] = [{}, {}];
  outbox.send(bytes('connected '));
  outbox.send(bytes('q1 '), quiet);
  outbox.send(bytes('u1! '), urgent, true);
  outbox.send(bytes('synced '));
  outbox.send(bytes('q2 '), quiet);
  outbox.send(bytes('u2! '), urgent, true);
  await turn();
  expect(writes).toEqual(['connected u1! q1 synced u2! q2 ']);
});

const batch = (...frames: string[]): FrameBatch =>
  frames.reduce((longer, text) => longer.with(bytes(text), undefined, false), FrameBatch.empty());

test('what is handed out last is written while it is handed out, unless something waits before it', async () => {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const client = connect((server.address() as AddressInfo).port, '127.0.0.1');
  const [accepted] = (await once(server, 'connection')) as [Socket];
  const outbox = new Outbox(accepted);
  const read: string[] = [];
  client.on('data', (chunk) => read.push(chunk.toString()));
  outbox.sendAll(batch('a', 'b'), true);
  await Promise.resolve();
  expect([outbox.isClear, outbox.pendingBytes]).toEqual([true, 0]);
  outbox.sendAll(batch('c'), false);
  await Promise.resolve();
  expect([outbox.isClear, outbox.pendingBytes]).toEqual([false, 1]);
  outbox.sendAll(batch('d', 'e'), true);
  outbox.send(bytes('f'));
  expect(outbox.pendingBytes).toBe(4);
  await turn();
  expect(outbox.pendingBytes).toBe(0);
  outbox.shut();
  outbox.sendAll(batch('never'), true);
  accepted.end();
  await once(client, 'close');
  expect(read.join('')).toBe('abcdef');
  server.close();
});

test('where it can’t be written at once, what is handed out last goes out at the end of the turn', async () => {
  const { outbox, writes } = socket();
  outbox.sendAll(batch('a', 'b'), true);
  outbox.sendAll(batch('c'), true);
  expect(writes).toEqual([]);
  await turn();
  expect(writes).toEqual(['abc']);
});

test('sockets that are sent the same frames are written the same bytes, put together once', async () => {
  const written: Buffer[] = [];
  const stream = { writable: true, writableLength: 0, write: (joined: Buffer) => written.push(joined) };
  const outboxes = [1, 2, 3].map(() => new Outbox(stream as unknown as Socket));
  const [first, second] = [bytes('a'), bytes('b')];
  for (const frame of [first, second]) for (const outbox of outboxes) outbox.send(frame);
  await turn();
  expect(written.map(String)).toEqual(['ab', 'ab', 'ab']);
  expect(new Set(written).size).toBe(1);
});

test('control: frames that are not the same buffers are put together for each', async () => {
  const written: Buffer[] = [];
  const stream = { writable: true, writableLength: 0, write: (joined: Buffer) => written.push(joined) };
  const outboxes = [1, 2, 3].map(() => new Outbox(stream as unknown as Socket));
  for (const text of ['a', 'b']) for (const outbox of outboxes) outbox.send(bytes(text));
  await turn();
  expect(new Set(written).size).toBe(3);
});

test('control: where nothing is urgent everything stays in the order of sending', async () => {
  const { outbox, writes } = socket();
  const lanes = [{}, {}];
  for (let index = 0; index < 10; index += 1) outbox.send(bytes(String(index)), lanes[index % 2]);
  await turn();
  expect(writes).toEqual(['0123456789']);
});

test('whatever several sockets share of a turn: each is written what it was sent', async () => {
  const sends = fc.array(fc.record({ frame: fc.nat(5), to: fc.nat(2) }), { maxLength: 40 });
  await fc.assert(
    fc.asyncProperty(sends, async (sent) => {
      const shared = Array.from({ length: 6 }, (_, index) => bytes(String(index)));
      const sockets = [socket(), socket(), socket()];
      for (const { frame, to } of sent) sockets[to]?.outbox.send(shared[frame] ?? bytes(''));
      await turn();
      sockets.forEach(({ writes }, index) => {
        const expected = sent.filter(({ to }) => to === index).map(({ frame }) => String(frame));
        expect(writes.join('')).toBe(expected.join(''));
      });
    }),
  );
});

const frames = fc.array(fc.record({ lane: fc.constantFrom('', 'a', 'b', 'c'), isUrgent: fc.boolean() }), {
  maxLength: 30,
});

test('whatever is sent: all of it once, each lane in order, nothing past a frame without a lane', async () => {
  await fc.assert(
    fc.asyncProperty(frames, async (sent) => {
      const { outbox, writes } = socket();
      const lanes: Record<string, object> = { a: {}, b: {}, c: {} };
      sent.forEach(({ lane, isUrgent }, index) => outbox.send(bytes(`${lane}${index} `), lanes[lane], isUrgent));
      await turn();
      const written = writes.join('').split(' ').filter(Boolean);
      const names = sent.map(({ lane }, index) => `${lane}${index}`);
      expect([...written].sort()).toEqual([...names].sort());
      for (const lane of ['a', 'b', 'c']) {
        expect(written.filter((name) => name.startsWith(lane))).toEqual(names.filter((name) => name.startsWith(lane)));
      }
      names.forEach((name, index) => {
        if (/^\d/.test(name)) expect(written.indexOf(name)).toBe(index);
      });
    }),
  );
});
