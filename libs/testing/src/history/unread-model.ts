// Unread counts from what was sent and read: a lower and an upper bound, which are one number where nothing is uncertain
// (an attempt without an answer, a message that crossed a joining, one that expires just now).
import type { DeviceHistory } from './device-history.js';
import type { Known, Violation } from './records.js';

/** By timeline. */
export type UnreadCounts = Readonly<Record<string, number>>;

export interface UnreadView {
  readonly devices: readonly DeviceHistory[];
  readonly byTimeline: (timeline: string) => readonly Known[];
  readonly positionOf: (message: Known, timeline: string) => number | undefined;
  readonly isUncertain: (message: Known) => boolean;
  readonly kept: number;
  readonly at: number;
}

/** Around its expiry a message may be counted or not: clocks differ, and expired ones are swept in time. */
const expiryMarginMs = 2_000;

export class UnreadModel {
  private readonly reads = new Map<string, number>();
  private readonly counts = new Map<string, UnreadCounts>();

  read(user: string, timeline: string, upTo: number): void {
    const key = `${user} ${timeline}`;
    this.reads.set(key, Math.max(upTo, this.reads.get(key) ?? 0));
  }

  told(user: string, counts: UnreadCounts): void {
    this.counts.set(user, counts);
  }

  *violations(view: UnreadView): Iterable<Violation> {
    for (const [user, counts] of this.counts) {
      for (const [timeline, count] of Object.entries(counts)) {
        const { least, most } = this.bounds(user, timeline, view);
        if (count >= least && count <= most) continue;
        const wanted = least === most ? `${least}` : `${least} to ${most}`;
        yield { kind: 'unread', text: `${user} has ${count} unread in ${timeline}, not ${wanted}` };
      }
    }
  }

  private bounds(user: string, timeline: string, view: UnreadView): { least: number; most: number } {
    const read = this.reads.get(`${user} ${timeline}`) ?? 0;
    const own = view.devices.filter((device) => device.user === user);
    const stays = own.flatMap(({ entitlements }) => entitlements.get(timeline) ?? []);
    let [least, most] = [0, 0];
    for (const message of view.byTimeline(timeline)) {
      const position = view.positionOf(message, timeline);
      const isRead = position !== undefined && position <= read;
      if (isRead || message.isEphemeral || message.isRetracted || message.from === user) continue;
      const left = (message.expiresAt ?? Infinity) - view.at;
      if (left < -expiryMarginMs || !stays.some((stay) => stay.mayGet(message.sent))) continue;
      most += 1;
      const isSure = position !== undefined || read === 0;
      if (isSure && left > expiryMarginMs && !view.isUncertain(message) && stays.some((s) => s.mustGet(message.sent))) {
        least += 1;
      }
    }
    return { least: Math.min(least, view.kept), most: Math.min(most, view.kept) };
  }
}
