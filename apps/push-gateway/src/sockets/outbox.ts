/**
 * What is to be written to one socket. Everything that comes within one turn of the event loop goes out in one write,
 * because a system call per delivery is what delivering costs. Timelines that hold an urgent message go first; inside a
 * timeline the order of coming stays. There is no timer: the flush runs at the end of the turn, and what is handed out last
 * there is written at once where nothing waits before it.
 *
 * Bounded by its owner: whoever sends looks at `pendingBytes` and stops above the high-water mark.
 */
import type { Socket } from 'node:net';
import { FrameBatch } from '../frames/frame-batch.js';
import type { FrameSink } from '../sessions/transport.js';
import { handleOf, type Sender, type SocketHandle, writeDirectly } from './direct-write.js';

/** Outboxes with something to write at the end of this turn, and where their batches begin. */
let dirty: Outbox[] = [];
let nothing = FrameBatch.empty();

function flushAll(): void {
  const outboxes = dirty;
  dirty = [];
  nothing = FrameBatch.empty();
  for (const outbox of outboxes) outbox.flush();
}

export class Outbox implements Sender, FrameSink {
  laterBytes = 0;
  private batch: FrameBatch | undefined;
  /** What was written to the stream has not all been taken. */
  private isStreaming = false;
  private isShut = false;
  private readonly handle: SocketHandle | undefined;

  /** @param socket the stream below the WebSocket; frames are written to it whole, so they never mix with its own */
  constructor(private readonly socket: Socket) {
    this.handle = handleOf(socket);
  }

  get isClear(): boolean {
    return this.batch === undefined && !this.isStreaming && this.laterBytes === 0;
  }

  /** Bytes that the peer has not taken yet. */
  get pendingBytes(): number {
    return (this.batch?.byteLength ?? 0) + this.laterBytes + this.socket.writableLength;
  }

  send(frame: Buffer, lane?: object, isUrgent = false): void {
    if (this.isShut) return;
    if (!this.batch) this.enlist();
    this.batch = (this.batch ?? nothing).with(frame, lane, isUrgent);
  }

  sendAll(batch: FrameBatch, isLast: boolean): void {
    if (this.isShut) return;
    if (this.batch) {
      for (const { frame, lane, isUrgent } of batch.items) this.send(frame, lane, isUrgent);
      return;
    }
    if (isLast && this.wroteDirectly(batch)) return;
    this.enlist();
    this.batch = batch;
  }

  flush(): void {
    const { batch } = this;
    this.batch = undefined;
    if (!batch || this.wroteDirectly(batch)) return;
    if (!this.socket.writable) return;
    this.isStreaming = true;
    this.socket.write(batch.bytes, () => (this.isStreaming = this.socket.writableLength > 0));
  }

  private enlist(): void {
    if (dirty.length === 0) setImmediate(flushAll);
    dirty.push(this);
  }

  private wroteDirectly(batch: FrameBatch): boolean {
    return this.handle !== undefined && !this.isStreaming && writeDirectly(this.handle, batch.bytes, this);
  }

  /** The WebSocket closes: no frame may follow its close frame. */
  shut(): void {
    this.isShut = true;
    this.batch = undefined;
  }
}
