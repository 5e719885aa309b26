// The judgement over a history: each message against each device that was entitled to it, each delivery against what was
// sent, each position against what else was seen there.
import type { DeviceHistory } from './device-history.js';
import { type Delivery, isFor, type Known, type Violation } from './records.js';
import type { UnreadModel } from './unread-model.js';

export interface VerdictOptions {
  /** Milliseconds since 1970: what has expired by then need not have come. Default: now. */
  readonly at?: number;
  /**
   * Redis was allowed to lose its tail (`everysec`, asynchronous failover): what no device had, of an epoch that is over,
   * is counted as vanished and is no violation.
   */
  readonly mayLoseTail?: boolean;
  /** How many messages a timeline keeps: as many can be unread at most. */
  readonly kept?: number;
}

export interface Verdict {
  readonly violations: readonly Violation[];
  readonly counts: {
    readonly accepted: number;
    /** Passed on by clients. */
    readonly delivered: number;
    /** Dropped by clients, by position. */
    readonly dropped: number;
    readonly connections: number;
    readonly resets: number;
    /** Not delivered, and in order: each counted for each device. */
    readonly pending: number;
    readonly expired: number;
    readonly retracted: number;
    readonly announced: number;
    readonly vanished: number;
    /** Attempts without an answer that were seen after all. */
    readonly appeared: number;
  };
}

export interface Evidence {
  readonly messages: readonly Known[];
  readonly byId: ReadonlyMap<string, Known>;
  readonly attempts: ReadonlyMap<string, Known>;
  readonly devices: readonly DeviceHistory[];
  readonly unreads: UnreadModel;
}

export function judge(evidence: Evidence, options: VerdictOptions): Verdict {
  return new Judge(evidence, options).judge();
}

/** Of one timeline: which message was seen where, and under which epochs. */
class Seen {
  readonly positions = new Map<string, { offset: number; epoch: string }>();
  readonly epochs = new Map<string, Map<number, string>>();
  /** Of the accepted ones, the epoch that was first seen last: the others are over. */
  newestEpoch: string | undefined;
}

class Judge {
  private readonly violations: Violation[] = [];
  private readonly seen = new Map<string, Seen>();
  private readonly timelines = new Map<string, Known[]>();
  private readonly somewhere = new Set<Known>();
  private readonly ids = new Map<Known, string>();
  private readonly counts = { pending: 0, expired: 0, retracted: 0, announced: 0, vanished: 0 };
  private readonly at: number;

  constructor(
    private readonly evidence: Evidence,
    private readonly options: VerdictOptions,
  ) {
    this.at = options.at ?? Date.now();
  }

  judge(): Verdict {
    const { messages, devices, unreads } = this.evidence;
    for (const message of messages) this.file(message);
    for (const device of devices) for (const delivery of device.deliveries) this.look(device, delivery);
    for (const device of devices) this.findLost(device);
    for (const device of devices) for (const violation of device.violations) this.violations.push(violation);
    const byTimeline = (timeline: string): readonly Known[] => this.timelines.get(timeline) ?? [];
    const positionOf = (message: Known, timeline: string): number | undefined =>
      this.position(message, timeline).offset;
    const isUncertain = (message: Known): boolean => !this.isStored(message) || this.isVanished(message);
    const view = { devices, byTimeline, positionOf, isUncertain, kept: this.options.kept ?? Infinity, at: this.at };
    for (const violation of unreads.violations(view)) this.violations.push(violation);
    return { violations: this.violations, counts: this.totals() };
  }

  private totals(): Verdict['counts'] {
    const { devices, messages } = this.evidence;
    const sum = (of: (device: DeviceHistory) => number): number => devices.reduce((all, device) => all + of(device), 0);
    return {
      accepted: messages.filter(({ isAccepted }) => isAccepted).length,
      appeared: messages.filter((message) => !message.isAccepted && this.somewhere.has(message)).length,
      delivered: sum(({ deliveries }) => deliveries.length),
      dropped: sum(({ counts }) => counts.dropped),
      connections: sum(({ counts }) => counts.connections),
      resets: sum(({ counts }) => counts.resets),
      ...this.counts,
    };
  }

  /** By timeline; and the position that came with the answer. */
  private file(message: Known): void {
    const { audience, id, offset, epoch } = message;
    const names =
      'timeline' in audience ? [audience.timeline] : [...(message.users ?? [])].map((user) => `user:${user}`);
    for (const name of names) {
      const filed = this.timelines.get(name);
      if (filed) filed.push(message);
      else this.timelines.set(name, [message]);
    }
    const [only] = names;
    if (
      only !== undefined &&
      'timeline' in audience &&
      id !== undefined &&
      offset !== undefined &&
      epoch !== undefined
    ) {
      const seen = this.seenOf(only);
      if (!seen.epochs.has(epoch)) seen.newestEpoch = epoch;
      this.place(only, id, offset, epoch);
    }
  }

  private look(device: DeviceHistory, delivery: Delivery): void {
    const { id, timeline, offset, epoch, payloadKey } = delivery;
    const message = this.evidence.byId.get(id) ?? this.evidence.attempts.get(payloadKey);
    const where = `${device.name} got ${id} in ${timeline}`;
    if (message?.payloadKey !== payloadKey) return this.violate('foreign', `${where}, which was never sent so`);
    if (!isFor(message, timeline)) return this.violate('foreign', `${where}, but it was for others`);
    if (device.entitlements.get(timeline)?.mayGet(message.sent) !== true) {
      return this.violate('foreign', `${where} without being entitled to it then`);
    }
    this.somewhere.add(message);
    const other = this.ids.get(message) ?? id;
    if (other !== id) this.violate('repeated', `${where} and ${other}, both from one attempt (${payloadKey})`);
    this.ids.set(message, other);
    if (offset !== undefined && epoch !== undefined) this.place(timeline, id, offset, epoch);
  }

  /** Notes who is at a position; two there are a conflict. */
  private place(timeline: string, id: string, offset: number, epoch: string): void {
    const seen = this.seenOf(timeline);
    const offsets = seen.epochs.get(epoch) ?? new Map<number, string>();
    seen.epochs.set(epoch, offsets);
    const other = offsets.get(offset) ?? id;
    if (other !== id) this.violate('conflict', `${timeline} ${offset} of ${epoch} is both ${other} and ${id}`);
    offsets.set(offset, other);
    seen.positions.set(id, { offset, epoch });
  }

  private findLost(device: DeviceHistory): void {
    for (const [timeline, entitlement] of device.entitlements) {
      for (const message of this.timelines.get(timeline) ?? []) {
        if (!this.isStored(message) || message.isEphemeral || !entitlement.mustGet(message.sent)) continue;
        const id = message.id ?? this.ids.get(message) ?? '';
        if (!device.has(id)) this.explain(device, timeline, message, id);
      }
    }
  }

  private explain(device: DeviceHistory, timeline: string, message: Known, id: string): void {
    const position = this.position(message, timeline);
    if (message.isRetracted) this.counts.retracted += 1;
    else if ((message.expiresAt ?? Infinity) <= this.at) this.counts.expired += 1;
    else if (device.isAnnounced(timeline, message.sent, position)) this.counts.announced += 1;
    else if (this.isVanished(message)) this.counts.vanished += 1;
    else if (device.isAway) this.counts.pending += 1;
    else this.violate('lost', `${device.name} never got ${id} (${timeline} ${position.offset ?? 'somewhere'})`);
  }

  /** Accepted, or seen although nobody said so; a list that was not accepted may reach some of its users only. */
  private isStored(message: Known): boolean {
    return message.isAccepted || (this.somewhere.has(message) && 'timeline' in message.audience);
  }

  private isVanished(message: Known): boolean {
    if (this.options.mayLoseTail !== true || this.somewhere.has(message)) return false;
    const { audience, epoch } = message;
    if (!('timeline' in audience) || epoch === undefined) return false;
    const { timeline } = audience;
    return (
      this.seenOf(timeline).newestEpoch !== epoch ||
      this.evidence.devices.some((device) => device.hasLeft(timeline, epoch))
    );
  }

  private seenOf(timeline: string): Seen {
    const known = this.seen.get(timeline);
    if (known) return known;
    const seen = new Seen();
    this.seen.set(timeline, seen);
    return seen;
  }

  private position(message: Known, timeline: string): { offset?: number | undefined; epoch?: string | undefined } {
    if ('timeline' in message.audience && message.offset !== undefined) return message;
    return this.seen.get(timeline)?.positions.get(message.id ?? this.ids.get(message) ?? '') ?? {};
  }

  private violate(kind: Violation['kind'], text: string): void {
    this.violations.push({ kind, text });
  }
}
