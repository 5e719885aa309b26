import { Needle } from './needle.js';

const find = (needle: Needle, stream: object, ...pieces: string[]): (number | undefined)[] =>
  pieces.map((piece) => needle.findIn(stream, Buffer.from(piece)));

test('is found in one piece, and across as many as it has bytes', () => {
  expect(find(new Needle('abc', 1), {}, 'xabcx')).toEqual([1]);
  expect(find(new Needle('abc', 1), {}, 'xxa', 'b', 'cx')).toEqual([undefined, undefined, -2]);
});

test('counts over all streams, and each occurrence once', () => {
  const needle = new Needle('aa', 4);
  expect(find(needle, {}, 'aaa', 'a')).toEqual([undefined, undefined]);
  expect(find(needle, {}, 'xaa', 'aa')).toEqual([undefined, 0]);
});

test('is not put together from two streams', () => {
  const needle = new Needle('ab', 1);
  expect([...find(needle, {}, 'a'), ...find(needle, {}, 'b')]).toEqual([undefined, undefined]);
});
