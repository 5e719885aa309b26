/** Which events come by channel, to every replica, and which by stream, to one replica of the service. */
import type { MessageHandler } from '@nestjs/microservices';

/** The second argument of Nest's `@EventPattern`: `@EventPattern('user.offline', { delivery: 'one-per-service' })`. */
export interface EventDelivery {
  /** Default `every-replica`. */
  delivery: 'every-replica' | 'one-per-service';
}

type Handlers = ReadonlyMap<string, MessageHandler>;

export interface EventPatterns {
  readonly shared: string[];
  readonly streamed: string[];
}

/** @throws Error where handlers of one pattern want it differently: Nest runs them as one */
export function eventPatterns(handlers: Handlers): EventPatterns {
  const patterns: EventPatterns = { shared: [], streamed: [] };
  for (const [pattern, handler] of handlers) {
    if (handler.isEventHandler !== true) continue;
    const deliveries = new Set(chainOf(handler).map(deliveryOf));
    if (deliveries.size > 1) throw new Error(`the handlers of the event ${pattern} declare different deliveries`);
    (deliveries.has('one-per-service') ? patterns.streamed : patterns.shared).push(pattern);
  }
  return patterns;
}

/** All handlers of one pattern; Nest chains them. */
function chainOf(handler: MessageHandler): MessageHandler[] {
  const chain: MessageHandler[] = [];
  for (let each: MessageHandler | undefined = handler; each; each = each.next as MessageHandler | undefined) {
    chain.push(each);
  }
  return chain;
}

function deliveryOf({ extras }: MessageHandler): EventDelivery['delivery'] {
  const { delivery } = (extras ?? {}) as { delivery?: unknown };
  if (delivery === undefined || delivery === 'every-replica') return 'every-replica';
  if (delivery === 'one-per-service') return delivery;
  throw new Error(`delivery of an event must be every-replica or one-per-service, not ${JSON.stringify(delivery)}`);
}
