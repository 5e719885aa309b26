/** What outboxes do on real sockets, whether many are written to in one call or each by itself. */
import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';
import { until } from '@fanfare/testing';
import { FrameBatch } from '../frames/frame-batch.js';
import { descriptorOf } from './native-writes.js';
import { Outbox } from './outbox.js';

export interface Pair {
  readonly near: Socket;
  readonly far: Socket;
  readonly outbox: Outbox;
  readonly received: () => string;
}

export const bytes = (text: string): Buffer => Buffer.from(text);
export const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
export const batch = (...frames: string[]): FrameBatch =>
  frames.reduce((longer, text) => longer.with(bytes(text), undefined, false), FrameBatch.empty());
export const received = async ({ received: text }: Pair, wanted: string): Promise<void> => {
  await until(() => text().length >= wanted.length, { what: 'all of it to come' });
  expect(text() === wanted).toBe(true);
};

/** Sockets of a server on this machine, ended after each test. */
export function usePairs() {
  let server: Server;
  let pairs: Pair[];
  beforeEach(async () => {
    pairs = [];
    server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
  });
  afterEach(() => {
    for (const { near, far } of pairs) for (const one of [near, far]) one.destroy();
    server.close();
  });
  const pair = async (): Promise<Pair> => {
    const far = connect((server.address() as AddressInfo).port, '127.0.0.1').on('error', () => undefined);
    const [near] = (await once(server, 'connection')) as [Socket];
    let text = '';
    far.on('data', (chunk) => (text += chunk.toString()));
    near.on('error', () => undefined);
    pairs.push({ near, far, outbox: new Outbox(near), received: () => text });
    return pairs.at(-1) as Pair;
  };
  const many = async (count: number): Promise<Pair[]> => {
    const made: Pair[] = [];
    while (made.length < count) made.push(await pair());
    return made;
  };
  return { pair, many };
}

/** One chunk of what an outbox may be asked for, or what somebody else writes to the stream. */
function act({ outbox, near }: Pair, index: number, shared: FrameBatch): void {
  if (index % 11 === 3) near.write(shared.bytes);
  else if (index % 5 === 1) for (const { frame } of shared.items) outbox.send(frame);
  else outbox.sendAll(shared, index % 5 !== 2);
}

export function outboxesOnRealSockets(): void {
  const pairs = usePairs();
  describe('of peers that stay', () => whereTheyStay(pairs));
  describe('of peers that go', () => whereTheyGo(pairs));
}

function whereTheyStay({ many, pair }: ReturnType<typeof usePairs>): void {
  test('what is handed out last reaches each socket, however many there are', async () => {
    const pairs = await many(150);
    for (const { outbox } of pairs) outbox.sendAll(batch('own '), false);
    await turn();
    const shared = batch('a', 'b');
    for (const { outbox } of pairs) outbox.sendAll(shared, true);
    await Promise.resolve();
    expect(pairs.every(({ outbox }) => outbox.isClear)).toBe(true);
    for (const one of pairs) await received(one, 'own ab');
  });

  test('sockets whose peers read late get everything once and in order, and so do their neighbours', async () => {
    const pairs = await many(12);
    const late = pairs.filter((_, index) => index % 3 === 0);
    for (const { far } of late) far.pause();
    let [wanted, waited] = ['', 0];
    for (let index = 0; index < 1500; index += 1) {
      const shared = batch(`${index} ${'x'.repeat((index * 37) % 6000)}`, ';');
      wanted += shared.bytes.toString();
      for (const one of pairs) act(one, index, shared);
      await turn();
      waited += late.filter(({ outbox }) => outbox.pendingBytes > 0).length;
    }
    expect(waited).toBeGreaterThan(100);
    for (const { far } of late) far.resume();
    for (const one of pairs) await received(one, wanted);
    for (const { outbox } of pairs) expect([outbox.pendingBytes, outbox.laterBytes]).toEqual([0, 0]);
  });

  test('what somebody else wrote to the stream goes out first, also where the kernel has room again meanwhile', async () => {
    const one = await pair();
    one.far.pause();
    let wanted = 'a'.repeat(8_000_000);
    one.near.write(wanted);
    let chunks = 0;
    one.far.on('data', () => {
      if ((chunks += 1) > 50) return;
      one.outbox.sendAll(batch('b'), true);
      wanted += 'b';
    });
    one.far.resume();
    await until(() => one.received().length === wanted.length, { what: 'all of it to come' });
    expect(chunks).toBeGreaterThan(50);
    expect(one.received() === wanted).toBe(true);
  });
}

function whereTheyGo({ many, pair }: ReturnType<typeof usePairs>): void {
  test('what is sent to a socket that has been closed reaches nobody, also not who got its number', async () => {
    expect(await sendAfterClose(pair)).toEqual({ neighbour: 'secret', heir: '' });
  });

  test('a peer that goes away in the middle ends the wait of its socket alone', async () => {
    const [gone, stays] = await many(2);
    gone?.far.pause();
    const shared = batch('x'.repeat(30_000));
    let wanted = '';
    while (gone && gone.outbox.pendingBytes === 0) {
      for (const one of [gone, stays]) one?.outbox.sendAll(shared, true);
      wanted += shared.bytes.toString();
      await turn();
    }
    gone?.far.resetAndDestroy();
    await until(() => gone?.near.destroyed === true, { what: 'the reset to be noticed' });
    for (const one of [gone, stays]) one?.outbox.sendAll(batch('end'), true);
    if (stays) await received(stays, `${wanted}end`);
  });
}

/**
 * Sends to a socket that has just been closed, whose `close` event is still to come and whose number another socket has by
 * then, and to a neighbour. @returns what came to the neighbour, and by the socket with the number
 */
export async function sendAfterClose(pair: () => Promise<Pair>): Promise<{ neighbour: string; heir: string }> {
  const [closed, neighbour] = [await pair(), await pair()];
  const number = descriptorOf(closed.near);
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  closed.near.destroy();
  const heir = connect((server.address() as AddressInfo).port, '127.0.0.1'); // the kernel gives the lowest number
  await new Promise<void>((resolve) => process.nextTick(resolve));
  expect(descriptorOf(heir)).toBe(number);
  for (const { outbox } of [closed, neighbour]) outbox.sendAll(batch('secret'), true);
  const [other] = (await once(server, 'connection')) as [Socket];
  let text = '';
  other.on('data', (chunk) => (text += chunk.toString()));
  await received(neighbour, 'secret');
  heir.end();
  await once(other, 'end');
  server.close();
  other.destroy();
  return { neighbour: neighbour.received(), heir: text };
}
