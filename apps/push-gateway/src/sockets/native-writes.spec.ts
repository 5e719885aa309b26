// What the native call takes, answers and refuses; what comes of it on sockets is in outbox-together.spec.ts.
import { bytes, received, usePairs } from './outbox.fixture.js';
import { descriptorOf, NO_DESCRIPTOR, SharedWrite, type WriteEach, writeEach } from './native-writes.js';

const { pair, many } = usePairs();
/** outbox-together.spec.ts says loudly what is not tested. */
const ifBuilt = writeEach ? test : test.skip;
const call = writeEach as WriteEach;

ifBuilt('each socket is written to, and what each took is answered', async () => {
  const pairs = await many(3);
  const sockets = Int32Array.from(pairs, ({ near }) => descriptorOf(near));
  const taken = new Int32Array(3).fill(9);
  expect(call(sockets, 2, bytes('hello'), taken)).toBe(0);
  expect([...taken]).toEqual([5, 5, 9]);
  for (const one of pairs.slice(0, 2)) await received(one, 'hello');
  expect(pairs[2]?.received()).toBe('');
});

ifBuilt('where nothing can be written 0 is answered, and the others are written to', async () => {
  const one = await pair();
  const taken = new Int32Array(3);
  expect(call(Int32Array.of(-1, descriptorOf(one.near), 99_999), 3, bytes('hello'), taken)).toBe(2);
  expect([...taken]).toEqual([0, 5, 0]);
  await received(one, 'hello');
});

ifBuilt('a full socket takes a part, and then nothing', async () => {
  const { near, far } = await pair();
  far.pause();
  const [sockets, taken] = [Int32Array.of(descriptorOf(near)), new Int32Array(1)];
  const much = Buffer.alloc(1_000_003);
  while (call(sockets, 1, much, taken) === 0) expect(taken[0]).toBe(much.length);
  expect(taken[0]).toBeLessThan(much.length);
  expect([call(sockets, 1, much, taken), taken[0]]).toEqual([1, 0]);
});

ifBuilt('what does not fit is refused, and nothing is written', async () => {
  const one = await pair();
  const sockets = Int32Array.of(descriptorOf(one.near));
  const [room, none] = [new Int32Array(1), new Int32Array(0)];
  expect(() => call(sockets, 2, bytes('x'), room)).toThrow(/more than there are/);
  expect(() => call(sockets, 1, bytes('x'), none)).toThrow(/more than there are/);
  for (const wrong of [[], [sockets], [room, 1, 'x', room], [new Uint8Array(4), 1, bytes('x'), room]]) {
    expect(() => (call as (...args: unknown[]) => number)(...wrong)).toThrow(/^writeEach\(/);
  }
  sockets[0] = descriptorOf(one.near);
  expect(call(sockets, 1, bytes('fits'), room)).toBe(0);
  await received(one, 'fits');
});

test('sockets with the same bytes share a call; other bytes, or too many sockets, begin another', () => {
  const calls: [number[], string][] = [];
  const rests: string[] = [];
  const member = (name: string) => ({ write: (rest: Buffer) => rests.push(`${name} ${rest.toString()}`) });
  const write: WriteEach = (sockets, count, sent, taken) => {
    calls.push([[...sockets.subarray(0, count)], sent.toString()]);
    for (let index = 0; index < count; index += 1) taken[index] = sockets[index] === 7 ? 2 : sent.length;
    return sockets.includes(7) ? 1 : 0;
  };
  const shared = new SharedWrite(write, 2);
  const [one, other] = [bytes('one'), bytes('other')];
  for (const socket of [1, 2, 3]) shared.add(member(`s${socket}`), socket, one);
  shared.add(member('s7'), 7, other);
  shared.end();
  shared.end();
  expect(calls).toEqual([
    [[1, 2], 'one'],
    [[3], 'one'],
    [[7], 'other'],
  ]);
  expect(rests).toEqual(['s7 her']);
});

test('a socket that is closed, or none of the system, has no descriptor', async () => {
  const { near } = await pair();
  expect(descriptorOf(near)).toBeGreaterThan(0);
  near.destroy();
  expect(descriptorOf(near)).toBe(NO_DESCRIPTOR);
  expect(descriptorOf({} as typeof near)).toBe(NO_DESCRIPTOR);
  expect(descriptorOf(Object.assign((await pair()).near, { encrypted: true }))).toBe(NO_DESCRIPTOR);
});
