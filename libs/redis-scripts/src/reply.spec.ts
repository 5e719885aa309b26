import { ScriptError } from './errors.js';
import { bytes, int, intArg, list, rows, statusOf, string, strings, unknownStatus } from './reply.js';

const text = (value: string): Buffer => Buffer.from(value);

test('integers come as numbers from Lua and as text from hashes', () => {
  expect(int(7)).toBe(7);
  expect(int(text('42'))).toBe(42);
});

test.each([[null], [text('1.5')], [text('x')], [2 ** 53], [undefined], [[1]]])('%p is no integer', (value) => {
  expect(() => int(value)).toThrow(TypeError);
});

test('strings and bytes come from bulk strings and from numbers, never from nothing', () => {
  expect(string(text('grüße'))).toBe('grüße');
  expect(bytes(5)).toEqual(text('5'));
  expect(() => string(null)).toThrow('expected a string');
  expect(list([text('a'), text('b')])).toEqual([text('a'), text('b')]);
  expect(strings([text('a'), 1])).toEqual(['a', '1']);
  expect(() => strings(text('a'))).toThrow('expected an array');
});

test('rows are cut from a flat array of their width', () => {
  const decode = (flat: Parameters<typeof int>[0][], at: number) => ({
    offset: int(flat[at]),
    id: string(flat[at + 1]),
  });
  expect(rows([1, text('a'), 2, text('b')], 2, decode)).toEqual([
    { offset: 1, id: 'a' },
    { offset: 2, id: 'b' },
  ]);
  expect(() => rows([1, text('a'), 2], 2, decode)).toThrow('rows of 2');
});

test('an integer argument is a safe integer', () => {
  expect(intArg('cap', 1000)).toBe('1000');
  for (const value of [1.5, Number.NaN, Infinity, 2 ** 53]) expect(() => intArg('cap', value)).toThrow('cap');
});

test('a status that no header declares is a fault of the script', () => {
  expect(statusOf([text('OK')])).toBe('OK');
  expect(unknownStatus('a/b', [text('WHAT')])).toBeInstanceOf(ScriptError);
});
