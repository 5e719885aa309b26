// From the gateway's frames to the listeners: drops repeats, hands on in order, and knows how far both have come. What was
// received and waits here is not asked for again after a reconnect; what was handled is what is stored and acknowledged.
import type { Emitter } from '../events/emitter.js';
import type { FanfareMessage, Membership, Reset, Retract } from '../events/events.js';
import { type Content, type Fields, isCount, isFields, isText, type Position, positionIn } from '../frames.js';
import type { TimelineStatus } from '../frames.js';
import { Positions } from '../positions/positions.js';
import { DeliveryQueue } from './delivery-queue.js';

export interface DeliveryEvents {
  /** Before it is handed on; repeats are not told. */
  readonly onMessage: (message: FanfareMessage, position: Position) => void;
  readonly onHandled: () => void;
  /** Too much waits: nothing more may come until `onEmpty`. */
  readonly onFull: () => void;
  readonly onEmpty: () => void;
}

export class Deliveries {
  readonly received = new Positions();
  readonly handled = new Positions();
  private readonly toAck = new Set<string>();
  private readonly queue: DeliveryQueue;

  constructor(
    private readonly emitter: Emitter,
    private readonly events: DeliveryEvents,
  ) {
    this.queue = new DeliveryQueue(events.onEmpty);
  }

  connected(timelines: readonly TimelineStatus[]): void {
    this.move(0, (positions) => positions.begin(timelines));
  }

  /** @param size of the frame */
  message(data: Fields, size: number, replayed: boolean): void {
    const { timeline, message: content } = data;
    if (!isText(timeline) || !isFields(content)) return;
    const position = positionIn(data);
    // Gateways of later versions may have more to say about a message; what they say does not get in the way of ours.
    const message = { ...(content as unknown as Content), timeline, ...position, replayed: replayed && !!position };
    if (!position) return this.push(size, () => this.emitter.emit('message', message));
    if (this.received.isRepeat(timeline, position)) return;
    this.received.advance(timeline, position);
    this.events.onMessage(message, position);
    const handled = (): void => {
      this.handled.advance(timeline, position);
      this.toAck.add(timeline);
      this.events.onHandled();
    };
    this.push(size, () => {
      const underway = this.emitter.emit('message', message);
      return underway ? underway.then(handled) : void handled();
    });
  }

  reset(reset: Reset): void {
    const { timeline, epoch, from: offset } = reset;
    this.move(1, (positions) => positions.reset(timeline, { offset, epoch }));
    this.push(1, () => this.emitter.emit('reset', reset));
  }

  retract(retract: Retract): void {
    this.push(1, () => this.emitter.emit('retract', retract));
  }

  membership(membership: Membership, timeline: string): void {
    if (membership.state === 'left') this.move(1, (positions) => positions.forget(timeline));
    this.push(1, () => this.emitter.emit('membership', membership));
  }

  /** What to acknowledge now, if anything: nothing beyond what the gateway knows to have sent. */
  takeAck(): Record<string, number> | undefined {
    const ack: Record<string, number> = {};
    for (const timeline of this.toAck) {
      const [handled, received] = [this.handled.of(timeline), this.received.of(timeline)];
      if (handled && handled.epoch === received?.epoch) ack[timeline] = Math.min(handled.offset, received.offset);
    }
    this.toAck.clear();
    return Object.keys(ack).length > 0 ? ack : undefined;
  }

  /** What waits is dropped: it counts as never received by those who come after. */
  clear(): void {
    this.queue.clear();
  }

  /** Now for what is received, in its turn for what is handled. */
  private move(size: number, how: (positions: Positions) => void): void {
    how(this.received);
    this.push(size, () => {
      how(this.handled);
      return void this.events.onHandled();
    });
  }

  private push(size: number, run: () => Promise<unknown> | undefined): void {
    this.queue.push(size, run);
    if (this.queue.isFull) this.events.onFull();
  }
}

export function resetIn({ timeline, epoch, from, reason }: Fields): Reset | undefined {
  if (!isText(timeline) || !isText(epoch) || !isCount(from)) return undefined;
  return { timeline, epoch, from, reason: String(reason) };
}

export function retractIn({ timeline, offset }: Fields): Retract | undefined {
  return isText(timeline) && isCount(offset) ? { timeline, offset } : undefined;
}

export function membershipIn({ group, state, timeline }: Fields): Membership | undefined {
  if (!isText(group) || (state !== 'joined' && state !== 'left')) return undefined;
  return { group, state, ...(isText(timeline) && { timeline }) };
}
