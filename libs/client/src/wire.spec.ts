// The shapes that are written out here, held to those of the gateway: compiling is the test.
import type { InboxData, InboxMessage, Priority as GatewayPriority, ReadData, ServerFrames } from '@fanfare/contracts';
import type { Membership, ReadMoved, Reset, Retract } from './events/events.js';
import type { Priority } from './frames.js';
import type { InboxEntry, InboxQuery } from './inbox/inbox.js';

type Fits<From extends To, To> = [From, To];
type Defined<T> = { [K in keyof T]-?: Exclude<T[K], undefined> };

test('what the gateway sends fits what listeners are promised, and what is asked fits what it takes', () => {
  type Checks = [
    Fits<ServerFrames['read'], ReadMoved>,
    Fits<ServerFrames['reset'], Reset>,
    Fits<ServerFrames['retract'], Retract>,
    Fits<ServerFrames['membership'], Membership>,
    Fits<Omit<InboxMessage, 'message'>, Omit<InboxEntry, 'message'>>,
    Fits<Defined<InboxQuery>, Defined<InboxData>>,
    Fits<Defined<InboxData>, Defined<InboxQuery>>,
    Fits<{ timeline: string; upTo: number } | { timeline: string; offsets: number[] }, ReadData>,
    Fits<GatewayPriority, Priority>,
    Fits<Priority, GatewayPriority>,
  ];
  const checks: Checks['length'] = 10;
  expect(checks).toBe(10);
});
