// How much is unread, kept up to date from what arrives. `connected` and `read` say it; between them messages beyond the
// newest that is known count, but for the user's own. What nobody is told of (an expiry) is right again after the next
// `connected` or `read`.
import type { FanfareMessage, ReadMoved, Reset, Retract, Unread } from '../events/events.js';
import type { Position, TimelineStatus } from '../frames.js';

interface Count {
  epoch: string;
  /** The newest offset that is counted in. */
  head: number;
  read: number;
  unread: number;
  /** Beyond `read`, and not unread all the same: read one by one, or the user's own. The newest of them. */
  readonly seen: Set<number>;
}

const MOST_SEEN = 1000;
const countOf = (epoch = '', head = 0): Count => ({ epoch, head, read: 0, unread: 0, seen: new Set() });

export class UnreadCounts {
  /** A new object whenever it has changed, and only then. */
  now: Unread = { total: 0, timelines: {} };
  private counts = new Map<string, Count>();

  constructor(private readonly onChange: (unread: Unread) => unknown) {}

  connected(timelines: readonly TimelineStatus[]): void {
    const status = ({ timeline, epoch, head, read, unread }: TimelineStatus): [string, Count] => [
      timeline,
      { ...countOf(epoch, head), read, unread },
    ];
    this.counts = new Map(timelines.map(status));
    this.tell();
  }

  message({ timeline, from }: FanfareMessage, { offset, epoch }: Position, user: string | undefined): void {
    if (timeline.startsWith('topic:')) return; // nothing is read or unread there
    let count = this.counts.get(timeline);
    if (count?.epoch !== epoch)
      this.counts.set(timeline, (count = { ...(count ?? countOf()), epoch, head: offset - 1 }));
    if (offset <= count.head) return;
    count.head = offset;
    if (offset <= count.read) return;
    if (from !== undefined && from === user) return this.see(count, offset);
    count.unread += 1;
    this.tell();
  }

  /** @param offsets that were read one by one */
  read({ timeline, read, unread }: ReadMoved, offsets: readonly number[] = []): void {
    const count = this.counts.get(timeline);
    if (!count) return;
    Object.assign(count, { read, unread });
    for (const offset of offsets) this.see(count, offset);
    for (const offset of count.seen) if (offset <= read) count.seen.delete(offset);
    this.tell();
  }

  retract({ timeline, offset }: Retract): void {
    const count = this.counts.get(timeline);
    if (!count || offset <= count.read || offset > count.head || count.seen.has(offset)) return;
    this.see(count, offset);
    count.unread = Math.max(0, count.unread - 1);
    this.tell();
  }

  reset({ timeline, epoch, from }: Reset): void {
    const count = this.counts.get(timeline);
    if (count && count.epoch !== epoch) Object.assign(count, { epoch, head: from });
  }

  joined(timeline: string): void {
    if (!this.counts.has(timeline)) this.counts.set(timeline, countOf());
    this.tell();
  }

  left(timeline: string): void {
    if (this.counts.delete(timeline)) this.tell();
  }

  /** Of each timeline with unread messages the newest offset. */
  get heads(): { timeline: string; upTo: number }[] {
    const unread = [...this.counts].filter(([, count]) => count.unread > 0);
    return unread.map(([timeline, { head }]) => ({ timeline, upTo: head }));
  }

  private see(count: Count, offset: number): void {
    count.seen.add(offset);
    const [oldest] = count.seen;
    if (count.seen.size > MOST_SEEN && oldest !== undefined) count.seen.delete(oldest);
  }

  private tell(): void {
    const timelines = Object.fromEntries([...this.counts].map(([timeline, { unread }]) => [timeline, unread]));
    if (isSame(timelines, this.now.timelines)) return;
    this.now = { total: Object.values(timelines).reduce((sum, unread) => sum + unread, 0), timelines };
    void this.onChange(this.now);
  }
}

function isSame(one: Unread['timelines'], other: Unread['timelines']): boolean {
  const names = Object.keys(one);
  return names.length === Object.keys(other).length && names.every((name) => one[name] === other[name]);
}
