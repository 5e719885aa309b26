/**
 * The calling side, a `ClientProxy` of Nest: `send` for requests, `emit` for events.
 *
 * A call ends by its deadline (5 s by default, or its own: `RedisRecord`) whatever happens: with the answer of one
 * replica, the error that the handler threw, or RpcTimeoutError. Answers come on a channel of this client's own. While
 * Redis is away calls wait to be sent as long as their deadlines allow; what may have been sent already is not sent again.
 * When nobody waits any more the request is withdrawn, so that nobody begins it and nothing of it stays.
 */
import { Problem } from '@fanfare/contracts';
import { type Subscriber, TransportKeys } from '@fanfare/redis-scripts';
import { ClientProxy, type ReadPacket, type WritePacket } from '@nestjs/microservices';
import type { Redis } from 'ioredis';
import { randomBytes } from 'node:crypto';
import { Observable } from 'rxjs';
import { defaults, type OpenConnection, openConnection, type RedisTransportOptions } from './options.js';
import { callFields, eventFields, parse } from './packets.js';
import { type PendingCall, PendingCalls } from './pending-calls.js';
import { RedisRecord, type RedisRecordOptions } from './redis-record.js';
import { decodeError, RpcOverloadError } from './rpc-errors.js';
import { addAndPublish, addEntry } from './steps.js';
import { isPassing } from './trouble.js';

export interface RedisTransportClientOptions extends RedisTransportOptions {
  /** How long a call, or an event, waits. Default 5,000. */
  deadlineMs?: number;
  /** Calls that may wait at once; further ones fail at once with RpcOverloadError. Default 10,000. */
  maxPending?: number;
}

const RETRY_MS = 25;

export class RedisTransportClient extends ClientProxy {
  /** Replies that had not the form of one, and were dropped. */
  malformedReplies = 0;
  private readonly keys: TransportKeys;
  private readonly caller = randomBytes(12).toString('hex');
  private readonly channel: string;
  private readonly pending = new PendingCalls((call) => this.withdraw(call));
  private opening: Promise<OpenConnection> | undefined;
  private openConnection: OpenConnection | undefined;
  private subscriber: Subscriber | undefined;
  private hearing: Promise<void> | undefined;
  private isClosed = false;

  constructor(private readonly options: RedisTransportClientOptions = {}) {
    super();
    this.keys = new TransportKeys(options.app ?? 'default');
    this.channel = this.keys.replyChannel(this.caller);
    this.initializeSerializer(options);
    this.initializeDeserializer(options);
  }

  /** Calls that wait for their answer. */
  get pendingCount(): number {
    return this.pending.size;
  }

  async connect(): Promise<void> {
    await this.connected();
  }

  /** Calls that wait fail. */
  close(): void {
    this.isClosed = true;
    this.pending.failAll(() => new Problem('unavailable', 'this client is closed'));
    this.subscriber?.close();
    this.openConnection?.close();
  }

  override unwrap<T>(): T {
    return this.openConnection?.connection as T;
  }

  /** As of ClientProxy; the deadline begins when it is subscribed to. */
  override send<Result = unknown, Input = unknown>(pattern: unknown, data: Input): Observable<Result> {
    if (pattern === undefined || pattern === null || data === undefined || data === null) {
      return super.send<Result, Input>(pattern, data); // which refuses it
    }
    return new Observable<Result>((observer) =>
      this.publish(this.createPacket(pattern, data), this.createObserver(observer)),
    );
  }

  protected override publish(packet: ReadPacket, callback: (packet: WritePacket) => void): () => void {
    const [plain, { deadlineMs = this.deadlineMs, service }] = unwrapRecord(packet);
    const pattern = this.normalizePattern(plain.pattern as string);
    if (this.pending.size >= (this.options.maxPending ?? defaults.maxPending)) {
      callback({ err: new RpcOverloadError(pattern) });
      return () => undefined;
    }
    const stream = this.keys.calls(service ?? serviceOf(pattern));
    const call = this.pending.open(pattern, stream, deadlineMs, callback);
    void this.dispatch(call, { ...plain, pattern }).catch((error: unknown) => this.pending.fail(call, error as Error));
    return () => this.pending.abandon(call);
  }

  protected override async dispatchEvent<T>(packet: ReadPacket): Promise<T> {
    const [plain, { deadlineMs = this.deadlineMs }] = unwrapRecord(packet);
    const pattern = this.normalizePattern(plain.pattern as string);
    const text = this.textOf({ ...plain, pattern });
    const [stream, channel] = [this.keys.events(pattern), this.keys.eventChannel(pattern)];
    const redis = await this.readyRedis(stream, performance.now() + deadlineMs);
    if (!redis) throw new Problem('unavailable', 'Redis cannot be reached; the event was not published');
    const length = String(this.options.maxStreamLength ?? defaults.maxStreamLength);
    // NOMKSTREAM: kept only where some service has declared to handle it once.
    const entry = ['NOMKSTREAM', 'MAXLEN', '~', length, '*', ...eventFields(text)];
    await addAndPublish(redis, stream, entry, { channel, text }).catch((error: unknown) => {
      throw refused(error);
    });
    return undefined as T;
  }

  private get deadlineMs(): number {
    return this.options.deadlineMs ?? defaults.deadlineMs;
  }

  private async dispatch(call: PendingCall, packet: ReadPacket): Promise<void> {
    const text = this.textOf(packet);
    const { connection } = await this.connected();
    // An answer that nobody hears is lost: first the channel. The deadline ends the wait.
    await this.whenHeard();
    while (!call.isOver) {
      const redis = await this.readyRedis(call.stream, call.deadlineAt);
      if (!redis || call.isOver) return;
      try {
        call.entryId = await this.add(redis, call, text);
        if (call.isOver) this.withdraw(call);
        return;
      } catch (error) {
        if ((error as Error).name !== 'ReplyError') return; // cut off: it may be there, an answer may come
        if (!isPassing(error as Error)) throw refused(error);
        await connection.primaries.refresh();
        await pause();
      }
    }
  }

  /** One wait for all calls. */
  private async whenHeard(): Promise<void> {
    if (this.subscriber?.isHeld(this.channel)) return;
    this.hearing ??= this.subscriber?.subscribe([this.channel]).finally(() => (this.hearing = undefined));
    await this.hearing;
  }

  private add(redis: Redis, call: PendingCall, text: string): Promise<string> {
    const length = String(this.options.maxStreamLength ?? defaults.maxStreamLength);
    const fields = callFields(call.id, this.caller, Math.max(1, call.remainingMs), text);
    return addEntry(redis, call.stream, ['MAXLEN', '~', length, '*', ...fields]);
  }

  /** undefined: not in time */
  private async readyRedis(key: string, until: number): Promise<Redis | undefined> {
    const { connection } = await this.connected();
    for (;;) {
      const primary = connection.primaries.of(key);
      if (primary?.isReady) return primary.redis;
      if (this.isClosed || performance.now() >= until) return undefined;
      await pause();
    }
  }

  private withdraw(call: PendingCall): void {
    const primary = this.openConnection?.connection.primaries.of(call.stream);
    if (call.entryId === undefined || !primary?.isReady) return;
    primary.redis.xdel(call.stream, call.entryId).catch(() => undefined); // else it expires where it is
  }

  private connected(): Promise<OpenConnection> {
    if (this.isClosed) return Promise.reject(new Problem('unavailable', 'this client is closed'));
    this.opening ??= this.start().catch((error: unknown) => {
      this.opening = undefined;
      throw refused(error);
    });
    return this.opening;
  }

  private async start(): Promise<OpenConnection> {
    const open = await openConnection(this.options, 'fanfare-transport-client');
    if (this.isClosed) {
      open.close();
      throw new Problem('unavailable', 'this client is closed');
    }
    this.openConnection = open;
    this.subscriber = open.connection.subscriber();
    this.subscriber.on('smessageBuffer', (_channel, message) => this.onReply(message.toString()));
    this.whenHeard().catch(() => undefined); // closed meanwhile
    return open;
  }

  private onReply(text: string): void {
    const raw = parse(text);
    const packet = raw && this.read(raw);
    if (!packet || typeof packet.id !== 'string') {
      this.malformedReplies += 1;
      return;
    }
    const call = this.pending.find(packet.id);
    if (!call) return; // answered before, or nobody waits any more
    const { err, response, isDisposed } = packet;
    if (err !== undefined && err !== null) this.pending.fail(call, decodeError(err));
    else if (isDisposed) this.pending.finish(call, { response });
    else call.tell({ response });
  }

  private read(raw: object): Reply | undefined {
    try {
      return this.deserializer.deserialize(raw) as Reply;
    } catch {
      return undefined;
    }
  }

  private textOf(packet: ReadPacket): string {
    const text = JSON.stringify(this.serializer.serialize(packet));
    const most = this.options.maxPacketBytes ?? defaults.maxPacketBytes;
    if (Buffer.byteLength(text) > most) throw new Problem('too_large', `a packet has at most ${most} bytes`);
    return text;
  }
}

interface Reply {
  readonly id?: unknown;
  readonly err?: unknown;
  readonly response?: unknown;
  readonly isDisposed?: boolean;
}

/** `membership.join.v1` is answered by the service `membership`. */
function serviceOf(pattern: string): string {
  const dot = pattern.indexOf('.');
  return dot < 0 ? pattern : pattern.slice(0, dot);
}

function unwrapRecord(packet: ReadPacket): [ReadPacket, RedisRecordOptions] {
  const data: unknown = packet.data;
  return data instanceof RedisRecord ? [{ ...packet, data: data.data as unknown }, data.options] : [packet, {}];
}

function refused(cause: unknown): Problem {
  return cause instanceof Problem
    ? cause
    : new Problem('unavailable', 'Redis cannot do this now; try again', { cause });
}

const pause = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, RETRY_MS));
