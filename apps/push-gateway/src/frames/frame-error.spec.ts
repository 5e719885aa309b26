import { Problem } from '@fanfare/contracts';
import { ScriptError, TimeoutError, UnavailableError } from '@fanfare/redis-scripts';
import { errorData, FrameError } from './frame-error.js';

test.each<[unknown, string]>([
  [new FrameError('ack_ahead', 'was not sent'), 'ack_ahead'],
  [new Problem('not_found', 'no timeline'), 'not_found'],
  [new UnavailableError('user/read', 'connection'), 'unavailable'],
  [new TimeoutError('user/read', 5000), 'timeout'],
  [new ScriptError('user/read', 'internals'), 'internal'],
  [new Error('internals'), 'internal'],
  ['internals', 'internal'],
  [undefined, 'internal'],
])('%s has the code %s', (error, code) => {
  const data = errorData(error);
  expect(data.code).toBe(code);
  expect(data.message).not.toContain('internals');
  expect(data.message).not.toContain('user/read');
});

test('what was wrong is told where the client can do something about it', () => {
  expect(errorData(new FrameError('ack_ahead', 'all: 9 was not sent')).message).toBe('all: 9 was not sent');
});
