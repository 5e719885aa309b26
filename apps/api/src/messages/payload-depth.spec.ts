import { Problem } from '@fanfare/contracts';
import { checkPayloadDepth } from './payload-depth.js';

const check = (payload: unknown) => () => checkPayloadDepth({ to: { all: true }, payload });
const arrays = (depth: number) => JSON.parse('['.repeat(depth) + ']'.repeat(depth)) as unknown;
const objects = (depth: number) => JSON.parse(`${'{"a":['.repeat(depth / 2)}${']}'.repeat(depth / 2)}`) as unknown;

test.each([[null], ['text'], [[]], [arrays(100)], [objects(100)]])('a payload up to 100 deep is taken', (payload) => {
  expect(check(payload)).not.toThrow();
});

test.each([[arrays(101)], [objects(102)], [{ a: 1, b: [2, arrays(99)] }], [arrays(300_000)]])(
  'a payload that is deeper is refused',
  (payload) => {
    expect(check(payload)).toThrow(Problem);
  },
);
