// The primaries of a Redis Cluster, and which of the 16,384 slots each serves (https://redis.io/docs/latest/commands/cluster-slots/).
//
// The map is read at the start, when a call was told MOVED, and again and again while a primary can't be reached: that
// is how a failover is learnt of. A primary that serves no slot any more is closed and reported as removed.
import { EventEmitter } from 'node:events';
import keySlot from 'cluster-key-slot';
import { Redis } from 'ioredis';
import { type ClientOptions, reconnectDelay } from './client-options.js';
import { type Primaries, type PrimariesEvents, readyOnce } from './primaries.js';
import { Primary } from './primary.js';
import type { Address } from './url.js';

const SLOTS = 16_384;
const ASK_TIMEOUT_MS = 1500;
const REFRESH_EVERY_MS = 30_000;

export class ClusterPrimaries extends EventEmitter<PrimariesEvents> implements Primaries {
  private owners: (Primary | undefined)[] = new Array<Primary | undefined>(SLOTS).fill(undefined);
  private readonly known = new Map<string, Primary>();
  private refreshing: Promise<void> | undefined;
  private watch: NodeJS.Timeout | undefined;
  private attempts = 0;
  private isClosed = false;

  constructor(
    private readonly seeds: Address[],
    private readonly options: ClientOptions,
    private readonly onError: (error: Error) => void,
  ) {
    super();
    this.watchAfter(0);
  }

  of(key: string): Primary | undefined {
    return this.owners[keySlot(key)];
  }

  at(address: string): Primary | undefined {
    return this.known.get(address) ?? this.add(address);
  }

  all(): Primary[] {
    return [...this.known.values()];
  }

  refresh(): Promise<void> {
    this.refreshing ??= this.readSlots().finally(() => (this.refreshing = undefined));
    return this.refreshing;
  }

  async whenReady(): Promise<void> {
    while (!this.isClosed && this.owners.includes(undefined)) {
      await this.refresh();
      if (this.owners.includes(undefined)) await new Promise((resolve) => setTimeout(resolve, 50));
    }
    await Promise.all(this.all().map(readyOnce));
  }

  close(): void {
    this.isClosed = true;
    clearTimeout(this.watch);
    for (const primary of this.known.values()) primary.close();
  }

  /** Reads the map soon while something can't be reached, else now and then. */
  private watchAfter(ms: number): void {
    if (this.isClosed) return;
    clearTimeout(this.watch);
    this.watch = setTimeout(() => {
      void this.refresh().then(() => {
        const isWhole = !this.owners.includes(undefined) && this.all().every((primary) => primary.isReady);
        this.attempts = isWhole ? 0 : this.attempts + 1;
        this.watchAfter(isWhole ? REFRESH_EVERY_MS : reconnectDelay(this.attempts));
      });
    }, ms);
    this.watch.unref();
  }

  private async readSlots(): Promise<void> {
    const failures: unknown[] = [];
    for (const ask of this.sources()) {
      if (this.isClosed) return;
      try {
        this.adopt(parseSlots(...(await ask())));
        return;
      } catch (error) {
        failures.push(error);
      }
    }
    this.onError(new AggregateError(failures, 'no node of the cluster says who serves which slot'));
  }

  /** Whom to ask: connections that stand, then the nodes of the URL over a connection of their own. */
  private sources(): (() => Promise<[unknown, string]>)[] {
    const standing = this.all().filter((primary) => primary.isReady);
    return [
      ...standing.map((primary) => () => askSlots(primary.redis, primary.address)),
      ...this.seeds.map((seed) => () => this.askSeed(seed)),
    ];
  }

  private async askSeed({ host, port }: Address): Promise<[unknown, string]> {
    const redis = new Redis({ ...this.options, host, port, retryStrategy: () => null, connectTimeout: ASK_TIMEOUT_MS });
    redis.on('error', () => undefined); // connect() rejects with it
    try {
      await redis.connect();
      return await askSlots(redis, addressOf(host, port));
    } finally {
      redis.disconnect();
    }
  }

  private adopt(ranges: SlotRange[]): void {
    if (this.isClosed) return;
    const before = this.owners;
    this.owners = new Array<Primary | undefined>(SLOTS).fill(undefined);
    for (const { from, to, address } of ranges) this.owners.fill(this.at(address), from, to + 1);
    const serving = new Set(this.owners);
    for (const primary of this.all()) if (!serving.has(primary)) this.remove(primary);
    if (before.some((owner, slot) => owner !== this.owners[slot])) this.emit('moved');
  }

  private add(address: string): Primary | undefined {
    const colon = address.lastIndexOf(':');
    const [host, port] = [address.slice(0, colon), Number(address.slice(colon + 1))];
    if (this.isClosed || host === '' || !Number.isInteger(port)) return undefined;
    const primary = new Primary(address, { ...this.options, host, port }, this.onError);
    primary.redis.on('close', () => this.watchAfter(0));
    this.known.set(address, primary);
    this.emit('added', primary);
    return primary;
  }

  private remove(primary: Primary): void {
    this.known.delete(primary.address);
    primary.close();
    this.emit('removed', primary);
  }
}

interface SlotRange {
  from: number;
  to: number;
  address: string;
}

async function askSlots(redis: Redis, address: string): Promise<[unknown, string]> {
  const answer = redis.call('CLUSTER', 'SLOTS');
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`${address} does not answer`)), ASK_TIMEOUT_MS);
  });
  try {
    return [await Promise.race([answer, late]), address];
  } finally {
    clearTimeout(timer);
  }
}

/** A node that does not know its own name answers an empty host: it is the one that was asked. */
function parseSlots(answer: unknown, askedAt: string): SlotRange[] {
  if (!Array.isArray(answer) || answer.length === 0) throw new Error(`${askedAt} serves no slots`);
  return (answer as [number, number, [string | null, number]][]).map(([from, to, [host, port]]) => {
    return { from, to, address: addressOf(host || askedAt.slice(0, askedAt.lastIndexOf(':')), port) };
  });
}

function addressOf(host: string, port: number): string {
  return `${host}:${port}`;
}
