// Opens the way to Redis: one server, a primary that Sentinels name, or a cluster. The connection repairs itself until
// it is closed; what is refused at the start (too old, evicting) is refused with a RedisSetupError.
import { failureOf } from '../calls/failure.js';
import { RedisSetupError, UnavailableError } from '../errors.js';
import { clientOptions, placeOptions } from './client-options.js';
import { ClusterPrimaries } from './cluster-primaries.js';
import { OnePrimary, type Primaries } from './primaries.js';
import { checkSetup } from './setup-check.js';
import { Subscriber } from './subscriber.js';
import { parseRedisUrl, type RedisKind, type RedisTarget } from './url.js';

export interface ConnectOptions {
  /** Shown by CLIENT LIST. */
  name?: string;
  /** How long the first connection may take. Default 10,000. */
  timeoutMs?: number;
  /** Connections that break, and what could not be checked; for the log. Never holds credentials. */
  onWarning?: (message: string, error?: Error) => void;
}

/** Owns every client; closing it closes all of them. */
export class RedisConnection {
  private readonly subscribers = new Set<Subscriber>();

  constructor(
    readonly kind: RedisKind,
    /** The URL without credentials. */
    readonly url: string,
    readonly primaries: Primaries,
  ) {}

  /** Whether every primary can be reached now. */
  get isReady(): boolean {
    const all = this.primaries.all();
    return all.length > 0 && all.every((primary) => primary.isReady);
  }

  /** A connection of its own for the sharded channels of links. */
  subscriber(): Subscriber {
    const subscriber = new Subscriber(this.primaries, () => this.subscribers.delete(subscriber));
    this.subscribers.add(subscriber);
    return subscriber;
  }

  close(): void {
    for (const subscriber of this.subscribers) subscriber.close();
    this.primaries.close();
  }
}

/**
 * @param url one of the forms of parseRedisUrl
 * @throws RedisSetupError where this Redis must not be used; UnavailableError where it can't be reached in time
 */
export async function connectRedis(url: string, options: ConnectOptions = {}): Promise<RedisConnection> {
  const target = parseRedisUrl(url);
  const seen: Seen = { isOver: false };
  const primaries = openPrimaries(target, options.name ?? 'fanfare', (error) => {
    seen.last = error;
    options.onWarning?.(`connection to Redis: ${error.message}`, error);
  });
  try {
    const usable = becomeUsable(primaries, (message) => options.onWarning?.(message), seen);
    await withinTime(usable, options.timeoutMs ?? 10_000, () => seen.last);
  } catch (error) {
    seen.isOver = true;
    primaries.close();
    throw error instanceof RedisSetupError ? error : new UnavailableError('connect', 'connection', error);
  }
  return new RedisConnection(target.kind, target.redacted, primaries);
}

interface Seen {
  last?: Error;
  /** Nobody waits any more. */
  isOver: boolean;
}

const AGAIN_MS = 50;

/** A connection that breaks while a server is looked at, or one that is busy, is waited for like one that is not there. */
async function becomeUsable(primaries: Primaries, onWarning: (message: string) => void, seen: Seen): Promise<void> {
  while (!seen.isOver) {
    await primaries.whenReady();
    try {
      for (const { redis, address } of primaries.all()) await checkSetup(redis, address, onWarning);
      return;
    } catch (error) {
      if (error instanceof RedisSetupError || failureOf(error as Error).kind !== 'pause') throw error;
      seen.last = error as Error;
      await new Promise((resolve) => setTimeout(resolve, AGAIN_MS));
    }
  }
}

function openPrimaries(target: RedisTarget, name: string, onError: (error: Error) => void): Primaries {
  const options = clientOptions(target, name);
  if (target.kind === 'cluster') return new ClusterPrimaries(target.addresses, options, onError);
  const [first] = target.addresses;
  if (!first) throw new RedisSetupError('url', 'a Redis URL needs a host');
  const label = target.kind === 'sentinel' ? (target.sentinelName ?? '') : `${first.host}:${first.port}`;
  return new OnePrimary(label, { ...options, ...placeOptions(target, first) }, onError);
}

async function withinTime(work: Promise<void>, ms: number, lastError: () => Error | undefined): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(lastError() ?? new Error(`no connection within ${ms} ms`)), ms);
  });
  try {
    await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}
