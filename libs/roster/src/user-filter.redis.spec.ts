// Filters over attributes: each operator with each type and a missing attribute, and any filter against an oracle.
import { type AttributeValue, where as whereSchema, type Where } from '@fanfare/contracts';
import fc from 'fast-check';
import { fits } from './filter-oracle.fixture.js';
import { UserFilter } from './user-filter.js';
import { Users } from './users.js';
import { redisWorld } from './world.fixture.js';

const world = redisWorld();
const users = () => new Users(world.scripts, world.keys, 3_600_000);
const fitting = async (where: Where, names: readonly string[]) =>
  (await new UserFilter(world.scripts, world.keys).fitting(whereSchema.parse(where), names)).sort();

/** One user for each value that `x` has, named after it; `missing` has none. */
const people: Record<string, Record<string, AttributeValue>> = {
  'text a': { x: 'a' },
  'text b': { x: 'b' },
  'text 1': { x: '1' },
  'empty text': { x: '' },
  one: { x: 1 },
  two: { x: 2 },
  zero: { x: 0 },
  true: { x: true },
  false: { x: false },
  null: { x: null },
  missing: { y: 1 },
};
const everyone = Object.keys(people);
const but = (...names: string[]) => everyone.filter((name) => !names.includes(name));

const table: [Where[string], string[]][] = [
  // a value stands for eq; other types never equal, and what is missing equals nothing
  ['a', ['text a']],
  [1, ['one']],
  [true, ['true']],
  [false, ['false']],
  [null, ['null']],
  [{ eq: '1' }, ['text 1']],
  [{ eq: 0 }, ['zero']],
  [{ eq: -0 }, ['zero']],
  [{ eq: '' }, ['empty text']],
  // ne: everyone else, also who has another type or no such attribute
  [{ ne: 'a' }, but('text a')],
  [{ ne: 1 }, but('one')],
  [{ ne: false }, but('false')],
  [{ ne: null }, but('null')],
  [{ ne: 1, exists: true }, but('one', 'missing')],
  // order: of the same type only
  [{ gt: 1 }, ['two']],
  [{ gte: 1 }, ['one', 'two']],
  [{ lt: 1 }, ['zero']],
  [{ lte: 1 }, ['one', 'zero']],
  [{ gt: 'a' }, ['text b']],
  [{ gte: 'a' }, ['text a', 'text b']],
  [{ lt: 'a' }, ['text 1', 'empty text']],
  [{ lte: 'a' }, ['text a', 'text 1', 'empty text']],
  [{ gt: '' }, ['text a', 'text b', 'text 1']],
  [{ gt: 0, lte: 1 }, ['one']],
  // in
  [{ in: ['a', 1, null, 'c'] }, ['text a', 'one', 'null']],
  [{ in: [true, '1'] }, ['true', 'text 1']],
  [{ in: [7] }, []],
  // exists: null is there
  [{ exists: true }, but('missing')],
  [{ exists: false }, ['missing']],
];

describe('one attribute', () => {
  beforeEach(() => Promise.all(everyone.map((name) => users().put(name, people[name] ?? {}))));

  test.each(table)('%j', async (condition, names) => {
    expect(await fitting({ x: condition }, everyone)).toEqual([...names].sort());
    expect(everyone.filter((name) => fits({ x: condition }, people[name] ?? {})).sort()).toEqual([...names].sort());
  });

  test('conditions of an object are and-ed, and any is or, as deep as it may be', async () => {
    expect(await fitting({ any: [{ x: 1 }, { x: 'a' }] }, everyone)).toEqual(['one', 'text a']);
    expect(await fitting({ any: [{ x: 1 }, { y: 1 }], x: { exists: false } }, everyone)).toEqual(['missing']);
    const nested: Where = { any: [{ any: [{ any: [{ any: [{ any: [{ x: 2 }] }, { x: 1 }] }] }] }, { x: 0 }] };
    expect(await fitting(nested, everyone)).toEqual(['one', 'two', 'zero']);
  });
});

test('texts are ordered by their bytes, whatever they hold and however long they are', async () => {
  const texts = ['', 'a', 'aa', 'ab', 'b', 'B', 'ä', '\u{1f600}', '\uffff', 'a\u0000', '"\\', 'x'.repeat(2000)];
  await Promise.all(texts.map((text, index) => users().put(`u${index}`, { text })));
  for (const text of texts.filter(({ length }) => length <= 128)) {
    const larger = await fitting(
      { text: { gt: text } },
      texts.map((_, index) => `u${index}`),
    );
    const wanted = texts.flatMap((other, index) =>
      Buffer.compare(Buffer.from(other), Buffer.from(text)) > 0 ? [`u${index}`] : [],
    );
    expect(larger).toEqual(wanted.sort());
  }
});

test('an attribute that holds half of a surrogate pair has no order, and harms nobody', async () => {
  await users().put('odd', { text: 'a\ud800' });
  await users().put('fine', { text: 'b' });
  expect(await fitting({ text: { gt: '' } }, ['odd', 'fine'])).toEqual(['fine']);
  expect(await fitting({ text: { ne: 'b' } }, ['odd', 'fine'])).toEqual(['odd']);
});

test('whoever is not known fits nothing, not even what asks for no attribute', async () => {
  await users().put('known', {});
  expect(await fitting({ x: { exists: false } }, ['known', 'stranger'])).toEqual(['known']);
});

test('many users of many partitions, some of whom fit', async () => {
  const names = Array.from({ length: 1000 }, (_, index) => `user${index}`);
  await Promise.all(names.map((name, index) => users().put(name, { index })));
  expect(await fitting({ index: { lt: 400 } }, names)).toHaveLength(400);
});

/** Mostly from so few that filters and attributes often mean the same. */
const few = fc.constantFrom<AttributeValue[]>(
  '',
  'a',
  'b',
  'ab',
  'ü',
  '1',
  'true',
  0,
  1,
  -1,
  1.5,
  1e21,
  true,
  false,
  null,
);
const value = fc.oneof(
  { weight: 4, arbitrary: few },
  {
    weight: 1,
    arbitrary: fc
      .double({ noNaN: true, noDefaultInfinity: true })
      .map((number) => (Object.is(number, -0) ? 0 : number)),
  },
  { weight: 1, arbitrary: fc.string({ unit: 'binary', maxLength: 4 }) },
);
const ordered = value.filter((it) => typeof it === 'string' || typeof it === 'number');
const name = fc.constantFrom('x', 'x', 'x', 'x', 'y', 'y', 'a name', '__x');
const operators = {
  ...{ eq: value, ne: value, gt: ordered, gte: ordered, lt: ordered, lte: ordered },
  ...{ in: fc.array(value, { minLength: 1, maxLength: 4 }), exists: fc.boolean() },
};
const comparison = fc
  .subarray(Object.entries(operators), { minLength: 1, maxLength: 2 })
  .chain((chosen) => fc.record(Object.fromEntries(chosen) as Partial<typeof operators>));
const { filter } = fc.letrec<{ filter: Where; condition: Where[string] }>((tie) => ({
  condition: fc.oneof({ weight: 1, arbitrary: value }, { weight: 4, arbitrary: comparison }),
  filter: fc
    .tuple(
      fc.dictionary(name, tie('condition'), { maxKeys: 2 }),
      fc.option(fc.array(tie('filter'), { minLength: 1, maxLength: 3 }), { nil: undefined, freq: 1, maxDepth: 4 }),
    )
    .map(([conditions, any]) => ({ ...conditions, ...(any && { any }) })),
}));
const valid = filter.filter((it) => whereSchema.safeParse(it).success);
const population = fc.array(fc.dictionary(name, value, { minKeys: 1, maxKeys: 3, noNullPrototype: true }), {
  minLength: 1,
  maxLength: 12,
});

test('any filter over any attributes finds whom the oracle finds', async () => {
  let [found, asked] = [0, 0];
  await fc.assert(
    fc.asyncProperty(valid, population, async (where, all) => {
      await Promise.all(all.map((attributes, index) => users().put(`u${index}`, attributes)));
      const names = all.map((_, index) => `u${index}`);
      const wanted = names.filter((_, index) => fits(where, all[index] ?? {}));
      [found, asked] = [found + wanted.length, asked + names.length];
      expect(await fitting(where, names)).toEqual([...wanted].sort());
    }),
    { numRuns: 200 },
  );
  // Of filters that nobody fits, or everybody, the oracle would say little.
  expect(found / asked).toBeGreaterThan(0.02);
  expect(found / asked).toBeLessThan(0.9);
});
