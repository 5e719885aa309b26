import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseHeader } from '../lua/header.mjs';
import { arranged } from './given.mjs';

const header = parseHeader(`#!lua
-- @key   part   hash   fence
-- @key   read   hash   cursors
-- @key*  log    list   entries
-- @key*? ttl    zset   expiry
-- @arg   read   int    cursor
-- @arg   retry  int    1 where an earlier attempt may have run
-- @arg*  user   string user
`);
const fixed = /** @type {[string, string][]} */ ([
  ['key:read', 'r'],
  ['arg:read', '7'],
]);
const own = { part: 'p', log: 'not used', other: 'x' };

test('fixed ones come first, then those of each item; keys of the owner fill in what was not given', () => {
  const items = /** @type {[string, string][]} */ ([
    ['user', 'a'],
    ['user', 'b'],
    ['log', 'l1'],
    ['log', 'l2'],
  ]);
  assert.deepEqual(arranged(header, [...fixed, ...items], own), {
    keys: ['p', 'r', 'l1', 'l2'],
    args: ['7', '0', 'a', 'b'],
  });
  const more = /** @type {[string, string][]} */ ([...fixed, ...items, ['ttl', 't1'], ['ttl', 't2'], ['part', 'q']]);
  assert.deepEqual(arranged(header, more, own).keys, ['q', 'r', 'l1', 't1', 'l2', 't2']);
});

test('a name that is a key and an argument has to say which', () => {
  assert.throws(() => arranged(header, [['read', '1']], own), /key:read=… or arg:read=…/);
});

test('everything that is wrong is told at once', () => {
  const values = /** @type {[string, string][]} */ ([
    ['arg:read', 'seven'],
    ['user', 'a'],
    ['user', 'b'],
    ['log', 'l1'],
  ]);
  assert.throws(
    () => arranged(header, values, {}),
    (error) => {
      const { message } = /** @type {Error} */ (error);
      assert.deepEqual(message.split('\n'), [
        'missing: key part (hash: fence)',
        'missing: key read (hash: cursors)',
        'key log (list: entries) was given 1 times, not 2',
        'read is a whole number, not "seven"',
      ]);
      return true;
    },
  );
});
