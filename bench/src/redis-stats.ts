/** Figures that Redis keeps about itself. https://redis.io/docs/latest/commands/info/ */
import { Redis } from 'ioredis';

export interface ScriptStats {
  readonly calls: number;
  readonly microseconds: number;
  /** ms of one call: what 999 of 1,000 stay below, and the longest. To be read beside the slow log's 5 ms. */
  readonly p999: number;
  readonly longest: number;
}

/** What no script should take: `slowlog-log-slower-than` of deploy/redis.conf. */
export const SLOW_MS = 5;

export class RedisStats {
  private readonly redis: Redis;

  constructor(port: number) {
    this.redis = new Redis({ host: '127.0.0.1', port });
  }

  async reset(): Promise<void> {
    await this.redis.config('SET', 'latency-tracking-info-percentiles', '99.9 100');
    await this.redis.config('RESETSTAT');
  }

  /** Calls of scripts since the last reset, and the time Redis spent in them. */
  async scripts(): Promise<ScriptStats> {
    const info = await this.redis.info('commandstats');
    const found = /cmdstat_evalsha:calls=(\d+),usec=(\d+)/.exec(info);
    const latency = await this.redis.info('latencystats');
    const [, p999, longest] = /percentiles_usec_evalsha:p99\.9=([\d.]+),p100=([\d.]+)/.exec(latency) ?? [];
    return {
      ...{ calls: Number(found?.[1] ?? 0), microseconds: Number(found?.[2] ?? 0) },
      ...{ p999: Number(p999 ?? NaN) / 1000, longest: Number(longest ?? NaN) / 1000 },
    };
  }

  /** Seconds of CPU that the server has used. */
  async cpuSeconds(): Promise<number> {
    const info = await this.redis.info('cpu');
    const of = (field: string): number => Number(new RegExp(`${field}:([\\d.]+)`).exec(info)?.[1] ?? NaN);
    return of('used_cpu_sys') + of('used_cpu_user');
  }

  /** Bytes that data and bookkeeping take, without what is only buffered on the way to the disk. */
  async usedMemory(): Promise<number> {
    const info = await this.redis.info('memory');
    const of = (field: string): number => Number(new RegExp(`${field}:(\\d+)`).exec(info)?.[1] ?? NaN);
    return of('used_memory') - of('mem_aof_buffer') - of('mem_clients_normal');
  }

  async flush(): Promise<void> {
    await this.redis.flushall();
  }

  /**
   * The limit beside which script calls are read: how many plain RPUSH of the same size this server takes in the same
   * minute from one pipelining client, a second.
   */
  async plainPushesPerSecond(bytes: number, seconds: number): Promise<number> {
    const value = 'x'.repeat(bytes);
    const start = performance.now();
    let count = 0;
    while (performance.now() - start < seconds * 1000) {
      const pipeline = this.redis.pipeline();
      for (let index = 0; index < 500; index += 1) pipeline.rpush(`bench:plain:${(count + index) % 50_000}`, value);
      await pipeline.exec();
      count += 500;
    }
    const rate = count / ((performance.now() - start) / 1000);
    await this.redis.flushall('ASYNC');
    return rate;
  }

  close(): void {
    this.redis.disconnect();
  }
}
