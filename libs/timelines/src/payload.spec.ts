import { Problem } from '@fanfare/contracts';
import { checkPayload } from './payload.js';

const check = (payload: unknown) => () => checkPayload(payload);
const parsed = (json: string) => JSON.parse(json) as unknown;
const arrays = (depth: number) => parsed('['.repeat(depth) + ']'.repeat(depth));
const objects = (depth: number) => parsed(`${'{"a":['.repeat(depth / 2)}${']}'.repeat(depth / 2)}`);

test.each<[unknown]>([[null], ['text'], [[]], [arrays(100)], [objects(100)]])(
  'a payload up to 100 deep is taken',
  (payload) => {
    expect(check(payload)).not.toThrow();
  },
);

test.each<[unknown]>([[arrays(101)], [objects(102)], [{ a: 1, b: [2, arrays(99)] }], [arrays(300_000)]])(
  'a payload that is deeper is refused',
  (payload) => {
    expect(check(payload)).toThrow(Problem);
  },
);

test('a number that would become null is refused', () => {
  for (const json of ['1e400', '-1e400', '{"a":[1,2,{"b":1e999}]}']) expect(check(parsed(json))).toThrow(/number/);
  for (const json of ['1.7e308', '5e-324', '1e-400', '-0']) expect(check(parsed(json))).not.toThrow();
});
