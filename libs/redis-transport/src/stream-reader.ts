/**
 * Blocking reads of streams, on a connection of their own to whichever primary serves them. The connection comes back by
 * itself; a read that is cut off rejects, and what Redis had handed out with it stays pending until it is claimed.
 */
import type { Primary, RedisConnection } from '@fanfare/redis-scripts';
import type { Redis } from 'ioredis';

export interface StreamEntry {
  readonly stream: string;
  readonly id: string;
  readonly fields: readonly string[];
}

/** Well below the socket timeout of 10 s, after which a silent connection counts as dead. */
const BLOCK_MS = 2000;
const READY_WITHIN_MS = 1000;

export class StreamReader {
  private primary: Primary | undefined;
  private redis: Redis | undefined;
  private clientId: number | undefined;
  private isClosed = false;

  constructor(
    private readonly connection: RedisConnection,
    private readonly streams: readonly string[],
  ) {}

  /** Entries nobody has been given yet; none after 2 s without any, or after `unblock`. */
  async read(group: string, consumer: string, count: number): Promise<StreamEntry[]> {
    const redis = await this.ready();
    this.clientId ??= Number(await redis.client('ID'));
    if (this.isClosed) return [];
    const names = [...this.streams, ...this.streams.map(() => '>')];
    const head = ['GROUP', group, consumer, 'COUNT', count, 'BLOCK', BLOCK_MS, 'STREAMS'] as const;
    const reply = await redis.xreadgroup(...head, ...names); // `call` would flatten the reply
    return (reply ?? []).flatMap(([stream, entries]) =>
      entries.map(([id, fields]) => ({ stream, id, fields: fields ?? [] })),
    );
  }

  /** No further read; the one under way answers what it has, so that nothing is handed out to a closed connection. */
  async stop(): Promise<void> {
    this.isClosed = true;
    if (this.clientId === undefined || !this.primary?.isReady) return;
    await this.primary.redis.client('UNBLOCK', this.clientId).catch(() => undefined); // else it ends within 2 s
  }

  close(): void {
    this.isClosed = true;
    this.drop();
  }

  /** @throws Error where no connection stands within a second */
  private async ready(): Promise<Redis> {
    if (this.isClosed) throw new Error('closed');
    const primary = this.connection.primaries.of(this.streams[0] ?? '');
    if (!primary) throw new Error('no primary is known to serve the streams');
    if (primary !== this.primary || !this.redis) this.follow(primary);
    const { redis } = this;
    if (redis?.status === 'ready') return redis;
    await new Promise<void>((resolve, reject) => {
      const timer = setTimeout(() => reject(new Error('not connected')), READY_WITHIN_MS);
      redis?.once('ready', () => {
        clearTimeout(timer);
        resolve();
      });
    });
    return this.ready();
  }

  private follow(primary: Primary): void {
    this.drop();
    this.primary = primary;
    const name = primary.redis.options.connectionName ?? 'fanfare';
    const redis = primary.redis.duplicate({ connectionName: `${name}-calls` });
    redis.on('error', () => undefined); // the primary's own connection reports the same trouble
    redis.on('close', () => (this.clientId = undefined));
    redis.connect().catch(() => undefined); // it goes on trying
    this.redis = redis;
  }

  private drop(): void {
    this.clientId = undefined;
    this.redis?.disconnect();
    this.redis = undefined;
  }
}
