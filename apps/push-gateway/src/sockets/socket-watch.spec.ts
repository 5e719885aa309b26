// Whatever ends a socket, and whoever writes to its stream: who watches is told before Node closes it, and as soon as
// something waits.
import type { Socket } from 'node:net';
import { until } from '@fanfare/testing';
import { type Pair, usePairs } from './outbox.fixture.js';
import { watchSocket } from './socket-watch.js';

const { pair } = usePairs();

/** What is told, and when Node closes what is below the socket. */
async function watched(): Promise<{ pair: Pair; told: string[] }> {
  const made = await pair();
  const told: string[] = [];
  watchSocket(made.near, { onClosing: () => told.push('closing'), onStreamWaits: () => told.push('waits') });
  const { _handle: handle } = made.near as unknown as {
    _handle: Record<'close' | 'reset', (done: () => void) => void>;
  };
  for (const way of ['close', 'reset'] as const) {
    const original = handle[way].bind(handle);
    handle[way] = (done) => {
      told.push('closed');
      original(done);
    };
  }
  return { pair: made, told };
}

const ends: [string, (near: Socket, far: Socket) => unknown][] = [
  ['destroyed', (near) => near.destroy()],
  ['destroyed with an error', (near) => near.destroy(new Error('why'))],
  ['reset', (near) => near.resetAndDestroy()],
  ['destroyed when all is written', (near) => near.destroySoon()],
  ['ended by both sides', (near, far) => [far.end(), near.end()]],
  ['reset by the peer', (_near, far) => far.resetAndDestroy()],
  ['given up by the peer in the middle of a write', (near, far) => [near.write('x'.repeat(1e7)), far.destroy()]],
];

test.each(ends)('%s: it is told before the socket is closed', async (_, end) => {
  const { pair: made, told } = await watched();
  const closed = new Promise((resolve) => made.near.on('close', resolve));
  end(made.near, made.far);
  await closed;
  expect(told.filter((what) => what !== 'waits')).toEqual(['closing', 'closed']);
});

test('what the kernel takes at once does not wait; what it does not take is told within the call', async () => {
  const { pair: made, told } = await watched();
  made.far.pause();
  made.near.write('little');
  expect(told).toEqual([]);
  made.near.write(Buffer.alloc(10_000_000));
  expect(told).toContain('waits');
});

test('what was held together goes out as one, and is told where it waits', async () => {
  const { pair: made, told } = await watched();
  made.far.pause();
  made.near.cork();
  for (let count = 0; count < 10; count += 1) made.near.write(Buffer.alloc(1_000_000));
  made.near.uncork();
  expect(told).toContain('waits');
});

test('what waits already when the watch begins is told', async () => {
  const { far, near } = await pair();
  far.pause();
  near.write(Buffer.alloc(10_000_000));
  const told: string[] = [];
  watchSocket(near, { onClosing: () => told.push('closing'), onStreamWaits: () => told.push('waits') });
  expect(told).toEqual(['waits']);
  far.resume();
  await until(() => near.writableLength === 0, { what: 'it to be written' });
});
