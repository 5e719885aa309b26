import { RedisSetupError } from '../errors.js';
import { parseRedisUrl } from './url.js';

test('a single server has host, port, database and credentials', () => {
  expect(parseRedisUrl('redis://user:p%40ss@db.example:6380/3')).toEqual({
    kind: 'single',
    addresses: [{ host: 'db.example', port: 6380 }],
    username: 'user',
    password: 'p@ss',
    db: 3,
    tls: false,
    redacted: 'redis://db.example:6380/3',
  });
  expect(parseRedisUrl('rediss://:secret@[::1]')).toMatchObject({
    addresses: [{ host: '::1', port: 6379 }],
    password: 'secret',
    tls: true,
  });
});

test('Sentinels are several addresses and the name of a primary', () => {
  expect(parseRedisUrl('redis+sentinel://a:1,b/main/2?tls=true&sentinelPassword=x')).toMatchObject({
    kind: 'sentinel',
    addresses: [
      { host: 'a', port: 1 },
      { host: 'b', port: 26_379 },
    ],
    sentinelName: 'main',
    sentinelPassword: 'x',
    db: 2,
    tls: true,
  });
});

test('a cluster is several addresses', () => {
  expect(parseRedisUrl('redis+cluster://a:1,b:2')).toMatchObject({
    kind: 'cluster',
    addresses: [{ port: 1 }, { port: 2 }],
  });
});

test.each([
  'http://a',
  'redis://',
  'redis://a:b:c',
  'redis://a:70000',
  'redis://a,b',
  'redis://a/x',
  'redis://us%er@a',
  'redis+cluster://a/1',
  'redis+sentinel://a',
])('%s is refused with a named error', (url) => {
  expect(() => parseRedisUrl(url)).toThrow(RedisSetupError);
});

test('no message and no redacted URL holds the password', () => {
  expect(parseRedisUrl('redis+sentinel://u:secret@a/main?sentinelPassword=secret').redacted).not.toContain('secret');
  for (const url of ['redis://u:secret@a:b:c', 'redis://u:secret@a,b', 'redis://u:sec%ret@a', 'redos://u:secret@a']) {
    expect(messageOf(() => parseRedisUrl(url))).not.toContain('sec');
  }
});

function messageOf(work: () => unknown): string {
  try {
    return `no error, but ${JSON.stringify(work())}`;
  } catch (error) {
    return String(error);
  }
}
