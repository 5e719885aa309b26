// What the proxy does to plain TCP: every weather, and the borders of pieces.
import { once } from 'node:events';
import { connect, createServer, type Server, type Socket } from 'node:net';
import type { AddressInfo } from 'node:net';
import { holds, until } from '../until.js';
import { FaultProxy } from './fault-proxy.js';

/** One end of a connection, with everything that it has seen. */
class End {
  heard = '';
  heardBytes = 0;
  isEnded = false;
  error: string | undefined;

  constructor(readonly socket: Socket) {
    socket.on('data', (data: Buffer) => {
      this.heardBytes += data.length;
      if (this.heardBytes < 10_000) this.heard += data.toString();
    });
    socket.on('end', () => (this.isEnded = true));
    socket.on('error', (error: NodeJS.ErrnoException) => (this.error = error.code));
  }

  hears(text: string): Promise<unknown> {
    return until(() => this.heard === text, { what: `'${text}' to arrive, not '${this.heard}'` });
  }
}

let server: Server;
let accepted: End[];
let proxy: FaultProxy;
let mine: End[];

beforeEach(async () => {
  accepted = [];
  mine = [];
  server = await listen();
  proxy = await FaultProxy.open({ port: portOf(server) });
});
afterEach(async () => {
  for (const { socket } of [...mine, ...accepted]) socket.destroy();
  await proxy.close();
  server.close();
});

async function listen(): Promise<Server> {
  const made = createServer({ allowHalfOpen: true }, (socket) => accepted.push(new End(socket)));
  made.listen(0, '127.0.0.1');
  await once(made, 'listening');
  return made;
}

const portOf = (of: Server): number => (of.address() as AddressInfo).port;

async function client(): Promise<End> {
  const end = new End(connect({ port: proxy.port, host: '127.0.0.1', allowHalfOpen: true }));
  mine.push(end);
  await once(end.socket, 'connect');
  return end;
}

async function pair(): Promise<{ here: End; there: End }> {
  const count = accepted.length;
  const here = await client();
  await until(() => accepted.length > count, { what: 'the connection to reach the server' });
  const there = accepted[count];
  if (!there) throw new Error('no connection');
  return { here, there };
}

test('relays both ways, and the end of each', async () => {
  const { here, there } = await pair();
  here.socket.end('question');
  await there.hears('question');
  await until(() => there.isEnded, { what: 'the end to arrive' });
  there.socket.end('answer');
  await here.hears('answer');
  await until(() => proxy.connections === 0, { what: 'the connection to be gone' });
  expect(proxy.bytes).toEqual({ toServer: 8, toClient: 6 });
});

test('a reset by one side is a reset for the other', async () => {
  const { here, there } = await pair();
  there.socket.resetAndDestroy();
  await until(() => here.error === 'ECONNRESET', { what: 'the reset' });
});

test('cutAll resets both sides of every connection', async () => {
  const pairs = [await pair(), await pair()];
  expect(proxy.connections).toBe(2);
  expect(proxy.cutAll()).toBe(2);
  expect(proxy.connections).toBe(0);
  const ends = pairs.flatMap(({ here, there }) => [here, there]);
  await until(() => ends.every(({ error }) => error === 'ECONNRESET'), { what: 'four resets' });
});

test('cutAt finds a needle that comes in two pieces', async () => {
  const { here, there } = await pair();
  let cuts = 0;
  proxy.cutAt('needle', 1, () => (cuts += 1));
  here.socket.write('nee');
  await there.hears('nee');
  here.socket.write('dle and more');
  await until(() => here.error === 'ECONNRESET', { what: 'the cut' });
  await until(() => there.isEnded, { what: 'the end on the other side' });
  expect([there.heard, cuts]).toEqual(['nee', 1]);
});

test('cutReplyOf without Redis: the server has it, and the next bytes from there are kept back', async () => {
  const { here, there } = await pair();
  const cut = new Promise<void>((resolve) => proxy.cutReplyOf('needle', 1, resolve));
  here.socket.write('POST need');
  await there.hears('POST need');
  here.socket.write('le');
  await there.hears('POST needle');
  there.socket.write('200 OK');
  await cut;
  await until(() => here.error === 'ECONNRESET', { what: 'the cut' });
  expect(here.heard).toBe('');
});

test('delay makes each direction later, in order, until it ends', async () => {
  const { here, there } = await pair();
  proxy.delay(150);
  const start = performance.now();
  for (const word of ['a', 'b', 'c']) here.socket.write(word);
  await there.hears('abc');
  there.socket.write('d');
  await here.hears('d');
  expect(performance.now() - start).toBeGreaterThan(299);
  proxy.delay(600_000);
  here.socket.write('e');
  await holds(() => there.heard === 'abc', { what: 'nothing more has come', forMs: 100 });
  proxy.delay(0);
  await there.hears('abce');
});

test('an uneven delay lets what goes over one connection overtake what goes over another', async () => {
  const pairs = [await pair(), await pair(), await pair()];
  proxy.delay(600_000, { isUneven: true });
  for (const { here } of pairs) here.socket.write('a');
  const arrived = (): number => pairs.filter(({ there }) => there.heard === 'a').length;
  await until(() => arrived() === 1, { what: 'one of three' });
  await holds(() => arrived() === 1, { what: 'only one of three', forMs: 100 });
  proxy.delay(0);
  await until(() => arrived() === 3, { what: 'all of them' });
});

test('stall: no byte flows and nobody is told, new connections wait too; resume brings everything', async () => {
  const { here, there } = await pair();
  proxy.stall();
  here.socket.write('a');
  there.socket.end('b');
  const late = await client();
  late.socket.write('c');
  await holds(() => there.heard + here.heard === '' && accepted.length === 1, { what: 'silence', forMs: 150 });
  expect([here, there, late].map(({ error, isEnded }) => error ?? isEnded)).toEqual([false, false, false]);
  expect(proxy.connections).toBe(2);
  proxy.resume();
  await Promise.all([there.hears('a'), here.hears('b')]);
  await until(() => accepted[1]?.heard === 'c', { what: 'the late one' });
});

test.each(['client', 'server'] as const)(
  'halfClose towards the %s: it hears the end, and can still speak',
  async (side) => {
    const { here, there } = await pair();
    const [told, other] = side === 'client' ? [here, there] : [there, here];
    proxy.halfClose(side);
    await until(() => told.isEnded, { what: 'the end' });
    other.socket.write('lost');
    told.socket.write('still here');
    await other.hears('still here');
    expect([told.heard, other.isEnded]).toEqual(['', false]);
  },
);

test('refuse: new connections are cut at once, the others stay', async () => {
  const { here, there } = await pair();
  proxy.refuse(true);
  const refused = new End(connect(proxy.port, '127.0.0.1'));
  mine.push(refused);
  await until(() => refused.socket.destroyed, { what: 'the refusal' });
  expect(accepted).toHaveLength(1);
  here.socket.write('a');
  await there.hears('a');
  proxy.refuse(false);
  await pair();
});

test('retarget: what there is, is cut; new connections go elsewhere', async () => {
  const { here } = await pair();
  const other = await listen();
  server.close();
  proxy.retarget(portOf(other));
  await until(() => here.error === 'ECONNRESET', { what: 'the cut' });
  const again = await pair();
  again.here.socket.write('a');
  await again.there.hears('a');
  other.close();
});

test('a server that is not there is a reset', async () => {
  server.close();
  const here = await client();
  await until(() => here.error === 'ECONNRESET', { what: 'the reset' });
  expect(proxy.connections).toBe(0);
});

test.each([0, 20])('a reader that does not read holds back the sender; memory is bounded (delay %d ms)', async (ms) => {
  const { here, there } = await pair();
  proxy.delay(ms);
  here.socket.pause();
  const total = 100 * 1_048_576;
  const block = Buffer.alloc(1_048_576);
  for (let sent = 0; sent < total; sent += block.length) there.socket.write(block);
  // The kernel's buffers hold some megabytes; what the proxy has taken has to stand still far below all of it.
  let last = -1;
  const isStill = (): boolean => last === (last = proxy.bytes.toClient);
  await until(isStill, { what: 'the flow to stop', everyMs: 300 });
  expect(proxy.bytes.toClient).toBeLessThan(total / 2);
  here.socket.resume();
  await until(() => here.heardBytes === total, { what: 'all of it', deadlineMs: 20_000 });
});

describe('a cut within so many bytes', () => {
  test('lets the client have what comes before, once', async () => {
    const end = await client();
    const [far] = await until(() => accepted.length === 1 && accepted, { what: 'the server to hear of it' });
    let cuts = 0;
    proxy.cutWithin(6, () => (cuts += 1));
    far?.socket.write('abc');
    await end.hears('abc');
    far?.socket.write('defgh');
    await until(() => end.isEnded, { what: 'the end' });
    expect(end.heard).toBe('abcde');
    expect(cuts).toBe(1);
    const another = await client();
    const next = await until(() => accepted[1], { what: 'the server to hear of the next one' });
    next.socket.write('0123456789');
    await another.hears('0123456789');
    expect(cuts).toBe(1);
  });

  test('of one byte: the server has carried it out, and the client hears nothing', async () => {
    const end = await client();
    const far = await until(() => accepted[0], { what: 'the server to hear of it' });
    proxy.cutWithin(1);
    end.socket.write('do it');
    await far.hears('do it');
    far.socket.write('done');
    await until(() => end.isEnded, { what: 'the end' });
    expect(end.heard).toBe('');
    await until(() => far.error === 'ECONNRESET', { what: 'the server to be reset' });
  });
});
