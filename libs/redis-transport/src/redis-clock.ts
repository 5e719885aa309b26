/** Redis's time, on this process's monotonic clock: deadlines of requests are on it, because hosts' clocks differ. */
import type { Redis } from 'ioredis';

export class RedisClock {
  private offset = Date.now() - performance.now();

  /** As good as half a round trip. */
  async sync(redis: Redis): Promise<void> {
    const before = performance.now();
    const [seconds = 0, micros = 0] = (await redis.time()).map(Number);
    this.offset = seconds * 1000 + micros / 1000 - (before + performance.now()) / 2;
  }

  /** ms */
  now(): number {
    return performance.now() + this.offset;
  }
}
