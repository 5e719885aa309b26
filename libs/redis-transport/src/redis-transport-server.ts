/**
 * A strategy for Nest microservices on Redis, with Nest's own programming model.
 *
 * - A request (`@MessagePattern`) is handled by one replica of the service: a stream, a consumer group. One that is not
 *   answered because its replica died is taken over by another while its deadline allows; its context says `attempt`.
 *   After the deadline it is not begun. Reply, acknowledgement and removal are one step.
 * - An event (`@EventPattern`) reaches every replica that is there; with `{ delivery: 'one-per-service' }` one replica of
 *   each service, also one that was not there at the time, and again where that one died.
 * - At most `concurrency` requests are read ahead of their answers.
 *
 * States: new → listening → closing (reads nothing more, finishes what is under way) → closed.
 */
import { type Subscriber, TransportKeys } from '@fanfare/redis-scripts';
import type { CustomTransportStrategy } from '@nestjs/microservices';
import { Server } from '@nestjs/microservices';
import { ConsumerGroup } from './consumer-group.js';
import { ConsumerName } from './consumer-name.js';
import { Dispatcher } from './dispatcher.js';
import { eventPatterns } from './event-delivery.js';
import { InFlight } from './in-flight.js';
import { defaults, type OpenConnection, openConnection, type RedisTransportOptions } from './options.js';
import type { Observe } from './outcomes.js';
import { RedisClock } from './redis-clock.js';
import { StreamReader } from './stream-reader.js';
import { isPassing } from './trouble.js';
import { Upkeep } from './upkeep.js';

export interface RedisTransportServerOptions extends RedisTransportOptions {
  /** Name of the service: its replicas share the work. */
  service: string;
  /** Requests and streamed events handled at once. Default 64. */
  concurrency?: number;
  /** A replica that has not renewed its claim for so long counts as dead. Default 2,000; well below deadlines. */
  claimAfterMs?: number;
  /** Consumers of replicas that are gone are removed after so long. Default 60,000. */
  forgetAfterMs?: number;
  /** A message that was begun so often and never ended is dropped: it may be what kills replicas. Default 5. */
  maxAttempts?: number;
  /** How long `close` waits for what is under way. Default 8,000. */
  closeWithinMs?: number;
  /** Told of each message's end; for metrics. */
  observe?: Observe;
}

export const REDIS_TRANSPORT = Symbol('redis-transport');
const RETRY_MS = 100;
const START_WITHIN_MS = 30_000;

export class RedisTransportServer extends Server implements CustomTransportStrategy {
  override readonly transportId = REDIS_TRANSPORT;
  /** Failures of event handlers come to us, and are logged and counted here. */
  override readonly propagatesEventHandlerErrors = true;
  private readonly keys: TransportKeys;
  private readonly running: InFlight;
  private readonly clock = new RedisClock();
  private open: OpenConnection | undefined;
  private subscriber: Subscriber | undefined;
  private reader: StreamReader | undefined;
  private group: ConsumerGroup | undefined;
  private dispatcher: Dispatcher | undefined;
  private upkeep: Upkeep | undefined;
  private reading = Promise.resolve();
  private isClosing = false;
  private hasRead = true;

  constructor(private readonly options: RedisTransportServerOptions) {
    super();
    this.keys = new TransportKeys(options.app ?? 'default');
    this.running = new InFlight(options.concurrency ?? defaults.concurrency);
    this.initializeSerializer(options);
    this.initializeDeserializer(options);
  }

  /** Requests and streamed events that are being handled. */
  get runningCount(): number {
    return this.running.size;
  }

  /** Whether work reaches this replica now. */
  get isReady(): boolean {
    return !this.isClosing && this.open?.connection.isReady === true && this.hasRead;
  }

  listen(callback: (error?: unknown) => void): void {
    this.start().then(
      () => callback(),
      (error: unknown) => this.close().finally(() => callback(error)),
    );
  }

  override on(): never {
    throw new Error('RedisTransportServer has no events of its own; see `status` and the option `observe`');
  }

  override unwrap<T>(): T {
    return this.open?.connection as T;
  }

  async close(): Promise<void> {
    if (this.isClosing) return;
    this.isClosing = true;
    this.subscriber?.close();
    this.upkeep?.claimNoMore();
    await this.reader?.stop();
    await this.reading;
    await within(this.options.closeWithinMs ?? defaults.closeWithinMs, this.dispatcher?.whenIdle());
    this.dispatcher?.giveUp();
    await this.upkeep?.stop();
    if (this.running.size === 0) await this.group?.leave().catch(() => undefined); // others remove it in time
    this.reader?.close();
    this.open?.close();
  }

  private async start(): Promise<void> {
    const { service } = this.options;
    this.open = await openConnection(this.options, `fanfare-${service}-transport`);
    const { connection } = this.open;
    const { streamed, shared } = eventPatterns(this.messageHandlers);
    const hasCalls = [...this.messageHandlers.values()].some(({ isEventHandler }) => !isEventHandler);
    const calls = this.keys.calls(service);
    const streams = [...(hasCalls ? [calls] : []), ...streamed.map(this.keys.events)];
    const consumer = new ConsumerName(this.options.forgetAfterMs ?? defaults.forgetAfterMs);
    this.group = new ConsumerGroup(connection, consumer, service, streams);
    this.dispatcher = this.dispatch(calls, this.group);
    await this.listenTo(shared);
    if (streams.length === 0) return;
    await this.begin(this.group);
    this.reader = new StreamReader(connection, streams);
    this.reading = this.readOn(this.reader, consumer);
    this.upkeep = new Upkeep(this.group, this.running, this.clock, {
      claimAfterMs: this.options.claimAfterMs ?? defaults.claimAfterMs,
      forgetAfterMs: this.options.forgetAfterMs ?? defaults.forgetAfterMs,
      onClaimed: (entry) => this.dispatcher?.take(entry, entry.attempt),
    });
  }

  /** A connection that breaks in the middle of it is waited for, as one that is not there yet. */
  private async begin(group: ConsumerGroup): Promise<void> {
    const deadline = performance.now() + START_WITHIN_MS;
    for (;;) {
      try {
        await group.make();
        return await this.clock.sync(group.redis());
      } catch (error) {
        if (this.isClosing || !isPassing(error as Error) || performance.now() > deadline) throw error;
        await this.recover(error as Error);
      }
    }
  }

  private dispatch(calls: string, group: ConsumerGroup): Dispatcher {
    return new Dispatcher(group, this.running, this.clock, this.keys, {
      calls,
      maxAttempts: this.options.maxAttempts ?? defaults.maxAttempts,
      maxPacketBytes: this.options.maxPacketBytes ?? defaults.maxPacketBytes,
      observe: this.options.observe ?? (() => undefined),
      handlers: this.messageHandlers,
      logger: this.logger,
      serializer: this.serializer,
      deserializer: this.options.deserializer,
      handleRequest: (context, produce, respond) => this.handleRequest(context, produce, respond),
      runEvent: (context, work) => void this.runWithProcessingHooks(context, work),
    });
  }

  /** The subscriber holds these channels again by itself after Redis was away. */
  private async listenTo(patterns: readonly string[]): Promise<void> {
    if (patterns.length === 0) return;
    const byChannel = new Map(patterns.map((pattern) => [this.keys.eventChannel(pattern), pattern]));
    this.subscriber = this.open?.connection.subscriber();
    this.subscriber?.on('smessageBuffer', (channel, message) => {
      const pattern = byChannel.get(channel.toString());
      if (pattern !== undefined) this.dispatcher?.takeShared(pattern, channel.toString(), message.toString());
    });
    await this.subscriber?.subscribe([...byChannel.keys()]);
  }

  private async readOn(reader: StreamReader, consumer: ConsumerName): Promise<void> {
    while (!this.isClosing) {
      await this.running.whenFree();
      try {
        const count = Math.max(1, Math.floor(this.running.free / (this.group?.streams.length ?? 1)));
        const entries = await reader.read(this.options.service, consumer.use(), count);
        this.hasRead = true;
        for (const entry of entries) this.dispatcher?.take(entry, 1);
      } catch (error) {
        this.hasRead = false;
        await this.recover(error as Error);
      }
    }
  }

  private async recover(error: Error): Promise<void> {
    if (this.isClosing) return;
    // The group went with Redis's data.
    if (error.message.startsWith('NOGROUP')) await this.group?.make().catch(() => undefined);
    if (/^(MOVED|READONLY)/.test(error.message)) await this.open?.connection.primaries.refresh();
    await new Promise((resolve) => setTimeout(resolve, RETRY_MS));
  }
}

async function within(ms: number, work: Promise<void> | undefined): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<void>((resolve) => (timer = setTimeout(resolve, ms)));
  await Promise.race([work, late]);
  clearTimeout(timer);
}
