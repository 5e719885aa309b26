import assert from 'node:assert/strict';
import { test } from 'node:test';
import { oncePer, textOf, warningOfService } from './log-lines.mjs';

const line = (/** @type {number} */ level) =>
  JSON.stringify({ level, msg: 'no connection', err: { message: 'ECONNREFUSED' } });

test('warnings and worse of a service are shown, with the message of their error', () => {
  assert.equal(warningOfService(line(30)), undefined);
  assert.equal(warningOfService(line(40)), 'warning: no connection: ECONNREFUSED');
  assert.equal(warningOfService(line(60)), 'fatal: no connection: ECONNREFUSED');
  assert.equal(warningOfService('plain text'), undefined);
  assert.equal(warningOfService('{ no json'), undefined);
});

test('the text of a line is what it says, without time and process', () => {
  assert.equal(textOf(line(30)), 'no connection: ECONNREFUSED');
  assert.equal(
    textOf('71:M 20 Nov 2025 23:39:00.123 # Failed listening on port 6390'),
    'Failed listening on port 6390',
  );
  assert.equal(textOf('Error: boom'), 'Error: boom');
});

test('the same text is let through once in its time', () => {
  let now = 0;
  const mayShow = oncePer(1000, () => now);
  assert.deepEqual([mayShow('a'), mayShow('a'), mayShow('b')], [true, false, true]);
  now = 1000;
  assert.equal(mayShow('a'), true);
});
