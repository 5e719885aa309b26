/**
 * The consumer group of a service on its streams: what is pending is kept from others while it is handled here, claimed
 * when its replica has not said so for a while, and done in one step with the reply.
 */
import type { RedisConnection } from '@fanfare/redis-scripts';
import type { Redis } from 'ioredis';
import type { ConsumerName } from './consumer-name.js';
import { endEntry, type Publication } from './steps.js';
import type { StreamEntry } from './stream-reader.js';

export interface ClaimedEntry extends StreamEntry {
  readonly attempt: number;
}

type Entries = [id: string, fields: string[] | null][];

export class ConsumerGroup {
  private readonly cursors = new Map<string, string>();

  constructor(
    private readonly connection: RedisConnection,
    private readonly consumer: ConsumerName,
    readonly group: string,
    readonly streams: readonly string[],
  ) {}

  /** @throws Error while no connection stands */
  redis(): Redis {
    const primary = this.connection.primaries.of(this.streams[0] ?? '');
    if (!primary?.isReady) throw new Error('no connection to the primary of the streams');
    return primary.redis;
  }

  /** From the beginning: what was asked before the first replica came is answered if its time is not over. */
  async make(): Promise<void> {
    for (const stream of this.streams) {
      await this.redis()
        .xgroup('CREATE', stream, this.group, '0', 'MKSTREAM')
        .catch((error: Error) => {
          if (!error.message.startsWith('BUSYGROUP')) throw error;
        });
    }
  }

  /** Says that these are being handled here. */
  async renew(running: ReadonlyMap<string, readonly string[]>): Promise<void> {
    const redis = this.redis();
    const claims = [...running].map(([stream, ids]) =>
      redis.call('XCLAIM', stream, this.group, this.consumer.use(), '0', ...ids, 'JUSTID'),
    );
    await Promise.all(claims);
  }

  /** Takes over what its replica has not renewed for `idleMs`, at most `count` of each stream. */
  async claim(idleMs: number, count: number): Promise<ClaimedEntry[]> {
    const claimed = await Promise.all(this.streams.map((stream) => this.claimOf(stream, idleMs, count)));
    return claimed.flat();
  }

  private async claimOf(stream: string, idleMs: number, count: number): Promise<ClaimedEntry[]> {
    const [redis, consumer] = [this.redis(), this.consumer.use()];
    const from = this.cursors.get(stream) ?? '0-0';
    const [next, entries] = (await redis.call(
      ...(['XAUTOCLAIM', stream, this.group, consumer, String(idleMs), from, 'COUNT', String(count)] as const),
    )) as [string, Entries];
    this.cursors.set(stream, next);
    const [first, last] = [entries[0]?.[0], entries.at(-1)?.[0]];
    if (first === undefined || last === undefined) return [];
    const rows = (await redis.call(
      ...(['XPENDING', stream, this.group, first, last, String(10 * count), consumer] as const),
    )) as [id: string, consumer: string, idle: number, deliveries: number][];
    const attempts = new Map(rows.map(([id, , , deliveries]) => [id, deliveries]));
    return entries.map(([id, fields]) => ({ stream, id, fields: fields ?? [], attempt: attempts.get(id) ?? 2 }));
  }

  /** In one step: nobody takes over what has been answered, nothing is answered that somebody will take over. */
  async done(entry: StreamEntry, keep: boolean, reply?: Publication): Promise<void> {
    await endEntry(this.redis(), { stream: entry.stream, group: this.group, id: entry.id, keep, reply });
  }

  /** Removes consumers that hold nothing and have not been heard of for `idleMs`. */
  async forget(idleMs: number): Promise<number> {
    const redis = this.redis();
    let count = 0;
    for (const stream of this.streams) {
      const rows = (await redis.xinfo('CONSUMERS', stream, this.group)) as unknown[][];
      for (const row of rows) {
        const { name, pending, idle } = fieldsOf(row);
        if (Number(pending) > 0 || Number(idle) <= idleMs) continue;
        await redis.xgroup('DELCONSUMER', stream, this.group, String(name));
        count += 1;
      }
    }
    return count;
  }

  /** An orderly end: this replica's own consumer, where nothing is pending. */
  async leave(): Promise<void> {
    const [redis, consumer] = [this.redis(), this.consumer.use()];
    for (const stream of this.streams) {
      const rows = (await redis.call('XPENDING', stream, this.group, '-', '+', '1', consumer)) as unknown[];
      if (rows.length === 0) await redis.xgroup('DELCONSUMER', stream, this.group, consumer);
    }
  }
}

function fieldsOf(row: readonly unknown[]): Record<string, unknown> {
  const fields: Record<string, unknown> = {};
  for (let at = 0; at + 1 < row.length; at += 2) fields[String(row[at])] = row[at + 1];
  return fields;
}
