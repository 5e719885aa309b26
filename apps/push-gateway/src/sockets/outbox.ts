/**
 * What is to be written to one socket. Everything that comes within one turn of the event loop goes out in one write,
 * because a system call per delivery is what delivering costs. Timelines that hold an urgent message go first; inside a
 * timeline the order of coming stays. There is no timer: the flush runs at the end of the turn.
 *
 * Bounded by its owner: whoever sends looks at `pendingBytes` and stops above the high-water mark.
 */
import type { Socket } from 'node:net';
import { type Sender, writeDirectly } from './direct-write.js';
import { FrameBatch } from './frame-batch.js';

/** Outboxes with something to write at the end of this turn, and where their batches begin. */
let dirty: Outbox[] = [];
let nothing = FrameBatch.empty();

function flushAll(): void {
  const outboxes = dirty;
  dirty = [];
  nothing = FrameBatch.empty();
  for (const outbox of outboxes) outbox.flush();
}

export class Outbox implements Sender {
  private batch: FrameBatch | undefined;
  laterBytes = 0;

  /** @param socket the stream below the WebSocket; frames are written to it whole, so they never mix with its own */
  constructor(private readonly socket: Socket) {}

  /** Bytes that the peer has not taken yet. */
  get pendingBytes(): number {
    return (this.batch?.byteLength ?? 0) + this.laterBytes + this.socket.writableLength;
  }

  send(frame: Buffer, lane?: object, isUrgent = false): void {
    if (!this.batch) {
      if (dirty.length === 0) setImmediate(flushAll);
      dirty.push(this);
    }
    this.batch = (this.batch ?? nothing).with(frame, lane, isUrgent);
  }

  flush(): void {
    const { batch } = this;
    this.batch = undefined;
    if (!batch || writeDirectly(this.socket, batch.bytes, this)) return;
    if (this.socket.writable) this.socket.write(batch.bytes);
  }
}
