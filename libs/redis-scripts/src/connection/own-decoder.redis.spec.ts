// That connections to a real Redis are read with our decoder: for the pinned version of ioredis, in both protocols.
import { startRedis, type ThrowawayRedis } from '@fanfare/testing';
import { Redis } from 'ioredis';
import { clientOptions } from './client-options.js';
import { ReplyDecoder } from './reply-decoder.js';
import { parseRedisUrl } from './url.js';

let server: ThrowawayRedis;
beforeAll(async () => {
  server = await startRedis({ mode: 'single' });
});
afterAll(() => server.stop());

async function answers(more: object): Promise<{ found: unknown; chunks: number }> {
  const written = jest.spyOn(ReplyDecoder.prototype, 'write');
  const redis = new Redis(server.port, '127.0.0.1', { ...clientOptions(parseRedisUrl(server.url), 'spec'), ...more });
  try {
    await redis.connect();
    await redis.hset('h', { a: '1', b: 'ü' });
    await redis.zadd('z', 1.5, 'one');
    const failed = await redis.call('NOSUCH').catch((error: Error) => `${error.name}: ${error.message}`);
    const script = `return { 1, 'x', { 2, 'y' }, false }`;
    const all = [await redis.hgetall('h'), await redis.zscore('z', 'one'), await redis.eval(script, 0), failed];
    return { found: all, chunks: written.mock.calls.length };
  } finally {
    redis.disconnect();
    written.mockRestore();
  }
}

const FOUND = [
  { a: '1', b: 'ü' },
  '1.5',
  [1, 'x', [2, 'y'], null],
  expect.stringContaining("ReplyError: ERR unknown command 'NOSUCH'") as string,
];

test.each([2, 3])('protocol %i: replies are what ioredis makes of them, read by our decoder', async (protocol) => {
  const { found, chunks } = await answers({ protocol });
  expect(found).toEqual(FOUND);
  expect(chunks).toBeGreaterThan(0);
});

test('control: a connection that asks for another shape of replies is read by ioredis’s own', async () => {
  const { found, chunks } = await answers({ protocol: 3, stringNumbers: true });
  expect(found).toEqual([FOUND[0], FOUND[1], ['1', 'x', ['2', 'y'], null], FOUND[3]]);
  expect(chunks).toBe(0);
});
