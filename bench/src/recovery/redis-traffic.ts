/** What Redis has been sent and has answered, over all connections, and what for. https://redis.io/docs/latest/commands/info/ */
import { Redis } from 'ioredis';

export interface Traffic {
  readonly inBytes: number;
  readonly outBytes: number;
  readonly calls: Readonly<Record<string, number>>;
  readonly cpuSeconds: number;
}

export class RedisTraffic {
  private readonly redis: Redis;

  constructor(port: number) {
    this.redis = new Redis({ host: '127.0.0.1', port });
  }

  async read(): Promise<Traffic> {
    const info = await this.redis.info();
    const commands = await this.redis.info('commandstats');
    const of = (field: string): number => Number(new RegExp(`^${field}:([\\d.]+)`, 'm').exec(info)?.[1] ?? NaN);
    const calls = [...commands.matchAll(/^cmdstat_([^:]+):calls=(\d+)/gm)].map(([, name = '', count]) => [
      name,
      Number(count),
    ]);
    return {
      inBytes: of('total_net_input_bytes'),
      outBytes: of('total_net_output_bytes'),
      calls: Object.fromEntries(calls) as Record<string, number>,
      cpuSeconds: of('used_cpu_sys') + of('used_cpu_user'),
    };
  }

  /** What one `read` itself adds, to be taken off. */
  async ownBytes(): Promise<number> {
    const [first, second] = [await this.read(), await this.read()];
    return second.inBytes + second.outBytes - first.inBytes - first.outBytes;
  }

  close(): void {
    this.redis.disconnect();
  }
}
