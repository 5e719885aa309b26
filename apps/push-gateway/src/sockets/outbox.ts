/**
 * What is to be written to one socket. Everything that comes within one turn of the event loop goes out in one write,
 * because a system call per delivery is what delivering costs. Timelines that hold an urgent message go first; inside a
 * timeline the order of coming stays. There is no timer: the flush runs at the end of the turn.
 *
 * Bounded by its owner: whoever sends looks at `pendingBytes` and stops above the high-water mark.
 */
import type { Socket } from 'node:net';

interface Item {
  readonly frame: Buffer;
  /** What keeps its order among itself; undefined for frames that keep their order with everything. */
  readonly lane: object | undefined;
  readonly isUrgent: boolean;
}

/** Outboxes with something to write at the end of this turn. */
let dirty: Outbox[] = [];

function flushAll(): void {
  const outboxes = dirty;
  dirty = [];
  for (const outbox of outboxes) outbox.flush();
}

export class Outbox {
  private items: Item[] = [];
  private bytes = 0;
  private hasUrgent = false;

  /** @param socket the stream below the WebSocket; frames are written to it whole, so they never mix with its own */
  constructor(private readonly socket: Socket) {}

  /** Bytes that the peer has not taken yet. */
  get pendingBytes(): number {
    return this.bytes + this.socket.writableLength;
  }

  send(frame: Buffer, lane?: object, isUrgent = false): void {
    if (this.items.length === 0) {
      if (dirty.length === 0) setImmediate(flushAll);
      dirty.push(this);
    }
    this.items.push({ frame, lane, isUrgent });
    this.bytes += frame.length;
    this.hasUrgent ||= isUrgent;
  }

  flush(): void {
    const { items } = this;
    const first = items[0];
    if (!first) return;
    const frames = this.hasUrgent && items.length > 1 ? urgentFirst(items) : items;
    const bytes = this.bytes;
    this.items = [];
    this.bytes = 0;
    this.hasUrgent = false;
    if (!this.socket.writable) return;
    this.socket.write(
      items.length === 1
        ? first.frame
        : Buffer.concat(
            frames.map(({ frame }) => frame),
            bytes,
          ),
    );
  }
}

/** Lanes with an urgent frame before the others, each in its own order. Frames without a lane hold everything in place. */
function urgentFirst(items: readonly Item[]): Item[] {
  const ordered: Item[] = [];
  let stretch: Item[] = [];
  const settle = (): void => {
    const urgent = new Set(stretch.filter(({ isUrgent }) => isUrgent).map(({ lane }) => lane));
    ordered.push(...stretch.filter(({ lane }) => urgent.has(lane)), ...stretch.filter(({ lane }) => !urgent.has(lane)));
    stretch = [];
  };
  for (const item of items) {
    if (item.lane) {
      stretch.push(item);
      continue;
    }
    settle();
    ordered.push(item);
  }
  settle();
  return ordered;
}
