/**
 * Takes what was read, decides whether it is to be handled, hands it to its handler, and sees to it that its end is
 * recorded: a request or streamed event stays this replica's until then.
 */
import { Problem } from '@fanfare/contracts';
import type { TransportKeys } from '@fanfare/redis-scripts';
import type { LoggerService } from '@nestjs/common';
import type { ConsumerDeserializer, ConsumerSerializer, MessageHandler } from '@nestjs/microservices';
import type { BaseRpcContext, WritePacket } from '@nestjs/microservices';
import { isObservable, lastValueFrom, type Observable, of, throwError } from 'rxjs';
import type { ConsumerGroup } from './consumer-group.js';
import type { InFlight } from './in-flight.js';
import type { Observe, Outcome } from './outcomes.js';
import { asBody, type CallEntry, decodeCall, decodeEvent, type PacketBody, parse } from './packets.js';
import type { RedisClock } from './redis-clock.js';
import { RedisTransportContext } from './redis-transport.context.js';
import { encodeError, isUnexpected, RpcUnknownPatternError } from './rpc-errors.js';
import type { StreamEntry } from './stream-reader.js';

export interface DispatcherOptions {
  /** The stream of requests; all others are of events. */
  readonly calls: string;
  readonly maxAttempts: number;
  readonly maxPacketBytes: number;
  readonly observe: Observe;
  readonly handlers: ReadonlyMap<string, MessageHandler>;
  readonly logger: LoggerService;
  readonly serializer: ConsumerSerializer;
  /** A team's own; without it packets are what the client writes. */
  readonly deserializer: ConsumerDeserializer | undefined;
  readonly handleRequest: (
    context: BaseRpcContext,
    produce: () => Promise<Observable<unknown>>,
    respond: (packet: WritePacket) => Promise<void>,
  ) => void;
  readonly runEvent: (context: BaseRpcContext, work: (end: () => void) => Promise<void>) => void;
}

/** Events by channel that may be under way; they are not stored, so more are dropped. */
const MAX_SHARED = 10_000;
const RETRY_MS = 100;

export class Dispatcher {
  private shared = 0;
  private isGivenUp = false;
  private readonly underway = new Set<Promise<void>>();

  constructor(
    private readonly group: ConsumerGroup,
    private readonly running: InFlight,
    private readonly clock: RedisClock,
    private readonly keys: TransportKeys,
    private readonly options: DispatcherOptions,
  ) {}

  /** @param attempt how often it has been handed out, this time included */
  take(entry: StreamEntry, attempt: number): void {
    if (!this.running.add(entry)) return; // claimed here while it is handled here: a renewal came late
    const isCall = entry.stream === this.options.calls;
    const work = isCall ? this.takeCall(entry, attempt) : this.takeStreamed(entry, attempt);
    this.track(work.finally(() => this.running.remove(entry)));
  }

  /** An event that came by channel. */
  takeShared(pattern: string, channel: string, text: string): void {
    if (this.shared >= MAX_SHARED) return this.options.observe('dropped', pattern, 0);
    this.shared += 1;
    const facts = { channel, entryId: '', attempt: 1 };
    this.track(this.runEvent(parse(text), pattern, facts).finally(() => (this.shared -= 1)));
  }

  async whenIdle(): Promise<void> {
    while (this.underway.size > 0) await Promise.all(this.underway);
  }

  /** What could not be recorded so far is left to whoever claims it. */
  giveUp(): void {
    this.isGivenUp = true;
  }

  private track(work: Promise<void>): void {
    const tracked = work
      .catch((error: unknown) => void this.options.logger.error(error))
      .finally(() => this.underway.delete(tracked));
    this.underway.add(tracked);
  }

  private async takeCall(entry: StreamEntry, attempt: number): Promise<void> {
    const call = decodeCall(entry.id, entry.fields);
    const body = call && (await this.bodyOf(call.packet, entry.stream));
    if (!call || !body) return this.drop(entry, 'malformed');
    if (call.deadlineAt <= this.clock.now()) return this.drop(entry, 'expired', body.pattern);
    if (attempt > this.options.maxAttempts) return this.drop(entry, 'given_up', body.pattern);
    const handler = this.options.handlers.get(body.pattern);
    if (!handler || handler.isEventHandler === true) {
      this.options.observe('unknown_pattern', '', 0);
      return this.answer(entry, call, { err: new RpcUnknownPatternError(body.pattern), isDisposed: true });
    }
    if (attempt > 1) this.options.observe('taken_over', body.pattern, 0);
    await this.handle(entry, call, body, handler, attempt);
  }

  private handle(
    entry: StreamEntry,
    call: CallEntry,
    body: PacketBody,
    handler: MessageHandler,
    attempt: number,
  ): Promise<void> {
    const context = new RedisTransportContext([
      {
        pattern: body.pattern,
        channel: entry.stream,
        metadata: body.metadata,
        entryId: entry.id,
        attempt,
        remainingMs: () => Math.max(0, call.deadlineAt - this.clock.now()),
      },
    ]);
    const startedAt = performance.now();
    return new Promise((resolve, reject) => {
      let outcome: Outcome = 'handled';
      const respond = async (packet: WritePacket): Promise<void> => {
        if (packet.err) outcome = 'failed';
        const answered = this.answer(entry, call, packet);
        if (!packet.isDisposed) return answered;
        this.options.observe(outcome, body.pattern, performance.now() - startedAt);
        answered.then(resolve, reject);
      };
      this.options.handleRequest(context, () => produce(handler, body.data, context), respond);
    });
  }

  private async takeStreamed(entry: StreamEntry, attempt: number): Promise<void> {
    const body = await this.bodyOf(decodeEvent(entry.fields), entry.stream);
    if (!body) return this.drop(entry, 'malformed');
    if (attempt > this.options.maxAttempts) return this.drop(entry, 'given_up', body.pattern);
    if (attempt > 1) this.options.observe('taken_over', body.pattern, 0);
    await this.runEvent(body, body.pattern, { channel: entry.stream, entryId: entry.id, attempt });
    await this.settle(() => this.group.done(entry, true));
  }

  private async runEvent(
    packet: unknown,
    pattern: string,
    facts: { channel: string; entryId: string; attempt: number },
  ): Promise<void> {
    const body = await this.bodyOf(packet, facts.channel);
    const handler = body?.pattern === pattern ? this.options.handlers.get(pattern) : undefined;
    if (!body || handler?.isEventHandler !== true) return this.options.observe('malformed', '', 0);
    const { metadata } = body;
    const context = new RedisTransportContext([{ ...facts, pattern, metadata, remainingMs: () => Infinity }]);
    const startedAt = performance.now();
    const outcome = await this.runHandler(handler, body.data, context);
    this.options.observe(outcome, pattern, performance.now() - startedAt);
  }

  private runHandler(handler: MessageHandler, data: unknown, context: RedisTransportContext): Promise<Outcome> {
    return new Promise((resolve) => {
      this.options.runEvent(context, async (end) => {
        try {
          const result = (await handler(data, context)) as unknown;
          if (isObservable(result)) await lastValueFrom(result, { defaultValue: undefined });
          resolve('handled');
        } catch (error) {
          this.options.logger.error(error);
          resolve('failed');
        }
        end();
      });
    });
  }

  private async bodyOf(packet: unknown, channel: string): Promise<PacketBody | undefined> {
    if (packet === undefined) return undefined;
    const { deserializer } = this.options;
    try {
      return asBody(deserializer ? await deserializer.deserialize(packet, { channel }) : packet);
    } catch {
      return undefined;
    }
  }

  private drop(entry: StreamEntry, outcome: Outcome, pattern = ''): Promise<void> {
    const isKnown = this.options.handlers.has(pattern);
    this.options.observe(outcome, isKnown ? pattern : '', 0);
    return this.settle(() => this.group.done(entry, entry.stream !== this.options.calls));
  }

  private async answer(entry: StreamEntry, call: CallEntry, packet: WritePacket): Promise<void> {
    if (packet.err && isUnexpected(packet.err)) this.options.logger.error(packet.err);
    const reply = { channel: this.keys.replyChannel(call.caller), text: this.replyText(call.id, packet) };
    if (packet.isDisposed) return this.settle(() => this.group.done(entry, false, reply), call.deadlineAt);
    await this.group.redis().spublish(reply.channel, reply.text); // one of several values of a stream
  }

  private replyText(id: string, packet: WritePacket): string {
    const err: unknown = packet.err;
    const whole = { ...packet, err: err === undefined || err === null ? undefined : encodeError(err), id };
    const text = JSON.stringify(this.options.serializer.serialize(whole as never));
    if (Buffer.byteLength(text) <= this.options.maxPacketBytes) return text;
    const tooLarge = encodeError(new Problem('too_large', `the answer has over ${this.options.maxPacketBytes} bytes`));
    return JSON.stringify({ id, err: tooLarge, isDisposed: true });
  }

  /** Repeated while Redis is away: what is done but not recorded would be handled again. */
  private async settle(record: () => Promise<void>, until = Infinity): Promise<void> {
    for (;;) {
      try {
        return await record();
      } catch (error) {
        if (this.isGivenUp || this.clock.now() >= until) throw error;
        await new Promise((resolve) => setTimeout(resolve, RETRY_MS));
      }
    }
  }
}

/** Whatever a handler does wrong is an answer. */
async function produce(
  handler: MessageHandler,
  data: unknown,
  context: RedisTransportContext,
): Promise<Observable<unknown>> {
  try {
    const result = (await handler(data, context)) as unknown;
    return isObservable(result) ? result : of(result);
  } catch (error) {
    return throwError(() => error);
  }
}
