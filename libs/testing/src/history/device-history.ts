// What one device was sent, over all its connections, seen through a client as the protocol describes it: it drops what is
// at or below its position in the same epoch, takes positions from messages and resets, and passes on the rest.
import { Entitlement } from './entitlement.js';
import type { Delivery, Reset, Span, Violation } from './records.js';

/** One timeline, as the client stands in it. */
interface Place {
  epoch: string | undefined;
  offset: number;
  /** Up to here nothing was ever to come: where it began, or was told to go on. */
  floor: number;
  /** Passed on and not undone by a rollback, by offset. */
  readonly passed: Delivery[];
  readonly earlierEpochs: Set<string>;
  readonly resets: Announced[];
}

/** What a reset took away: offsets in (after, upTo], and, of what was sent before, everything of other epochs beyond `beyond`. */
interface Announced {
  readonly at: number;
  readonly epoch: string;
  readonly after: number;
  readonly upTo: number;
  readonly beyond: number;
}

export class DeviceHistory {
  /** It will connect some time: what has not come yet is pending, not lost. */
  isAway = false;
  /** Passed on by the client, in order. */
  readonly deliveries: Delivery[] = [];
  readonly violations: Violation[] = [];
  readonly counts = { dropped: 0, resets: 0, connections: 0 };
  readonly entitlements = new Map<string, Entitlement>();
  private readonly places = new Map<string, Place>();
  /** Ids that came and were not undone by a rollback. */
  private readonly passed = new Set<string>();
  private readonly delivered = new Set<string>();

  constructor(
    readonly user: string,
    readonly device: string,
    private readonly now: () => number,
  ) {}

  get name(): string {
    return `${this.user}/${this.device}`;
  }

  /** Entitled from now on, or from somewhere in that span: a group joined, or a first connect. */
  joined(timeline: string, span = this.moment()): void {
    const entitlement = this.entitlements.get(timeline) ?? new Entitlement();
    this.entitlements.set(timeline, entitlement);
    entitlement.join(span);
  }

  left(timeline: string, span = this.moment()): void {
    const entitlement = this.entitlements.get(timeline);
    if (!entitlement) throw new Error(`${this.name} left ${timeline} without being there`);
    entitlement.leave(span);
  }

  /** `connected` came: where it had no position it takes the one that it was given. */
  connected(timelines: readonly Reset[]): void {
    this.counts.connections += 1;
    for (const { timeline, epoch, from } of timelines) {
      if (this.places.has(timeline)) continue;
      Object.assign(this.place(timeline), { epoch, offset: from, floor: from });
    }
  }

  reset({ timeline, epoch, from }: Reset): void {
    const place = this.place(timeline);
    this.counts.resets += 1;
    place.resets.push({ at: this.now(), epoch, after: place.offset, upTo: from, beyond: from });
    if (from < place.offset) this.undo(place, from);
    this.enter(place, epoch);
    place.offset = from;
    place.floor = from;
  }

  message(delivery: Delivery): void {
    const { id, timeline, offset, epoch } = delivery;
    if (offset === undefined || epoch === undefined) return this.pass(delivery);
    const place = this.place(timeline);
    const isPassed = offset <= place.offset;
    if (isPassed && epoch === place.epoch) {
      this.counts.dropped += 1;
      if (!this.passed.has(id) && offset > place.floor) this.outOfOrder(delivery, place);
      return;
    }
    if (isPassed || place.earlierEpochs.has(epoch)) this.outOfOrder(delivery, place);
    this.enter(place, epoch);
    place.offset = offset;
    place.passed.push(delivery);
    this.pass(delivery);
  }

  has(id: string): boolean {
    return this.delivered.has(id);
  }

  /** Whether a reset told that this would not come. Without a position: whether there was any reset after it was sent. */
  isAnnounced(
    timeline: string,
    sent: Span,
    position: { offset?: number | undefined; epoch?: string | undefined },
  ): boolean {
    const { offset, epoch } = position;
    const resets = this.places.get(timeline)?.resets ?? [];
    if (offset === undefined) return resets.some(({ at }) => sent.from <= at);
    return resets.some((reset) => {
      const isSkipped = offset > reset.after && offset <= reset.upTo;
      return isSkipped || (offset > reset.beyond && epoch !== reset.epoch && sent.from <= reset.at);
    });
  }

  /** Whether it knows that this epoch of the timeline is over. */
  hasLeft(timeline: string, epoch: string): boolean {
    return this.places.get(timeline)?.earlierEpochs.has(epoch) === true;
  }

  private pass(delivery: Delivery): void {
    const { id, timeline, offset } = delivery;
    if (this.passed.has(id)) {
      this.violations.push({ kind: 'repeated', text: `${this.name} got ${id} twice, now as ${timeline} ${offset}` });
    }
    this.passed.add(id);
    this.delivered.add(id);
    this.deliveries.push(delivery);
  }

  /** What was beyond is gone from the timeline; it may be sent again and then has another position. */
  private undo(place: Place, from: number): void {
    for (let last = place.passed.at(-1); last && (last.offset ?? 0) > from; last = place.passed.at(-1)) {
      this.passed.delete(last.id);
      place.passed.pop();
    }
  }

  private enter(place: Place, epoch: string): void {
    if (place.epoch !== undefined && place.epoch !== epoch) place.earlierEpochs.add(place.epoch);
    place.earlierEpochs.delete(epoch);
    place.epoch = epoch;
  }

  private outOfOrder({ id, timeline, offset, epoch }: Delivery, place: Place): void {
    const stood = `${place.offset} of ${place.epoch}`;
    const text = `${this.name} got ${id} as ${timeline} ${offset} of ${epoch} when it stood at ${stood}`;
    this.violations.push({ kind: 'order', text });
  }

  private place(timeline: string): Place {
    const known = this.places.get(timeline);
    if (known) return known;
    const place = { epoch: undefined, offset: 0, floor: 0, passed: [], earlierEpochs: new Set<string>(), resets: [] };
    this.places.set(timeline, place);
    return place;
  }

  private moment(): Span {
    const now = this.now();
    return { from: now, to: now };
  }
}
