import { freePort, startRedis } from '@fanfare/testing';
import { Logger } from '@nestjs/common';
import { StartError } from '../bootstrap/start-error.js';
import { openRedis } from './open-redis.js';

beforeAll(() => {
  Logger.overrideLogger(false);
});

test('a Redis that cannot be reached is waited for, then named by its setting', async () => {
  const url = `redis://:hunter2@127.0.0.1:${await freePort()}`;
  const opening = openRedis(url, 'things', 300);
  await expect(opening).rejects.toThrow(StartError);
  await expect(opening).rejects.toThrow(/FANFARE_REDIS_URL cannot be reached within 0.3 s: .*ECONNREFUSED/);
  await expect(opening).rejects.not.toThrow(/hunter2/);
});

test('a Redis that would evict is refused', async () => {
  const redis = await startRedis({
    mode: 'single',
    args: ['--maxmemory', '100mb', '--maxmemory-policy', 'allkeys-lru'],
  });
  await expect(openRedis(redis.url, 'things')).rejects.toThrow(/allkeys-lru .* noeviction/);
  await redis.stop();
}, 30_000);

test('a URL of no known form is refused', async () => {
  await expect(openRedis('redis://', 'things')).rejects.toThrow(/^FANFARE_REDIS_URL: /);
});
