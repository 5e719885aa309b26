/**
 * What is to be written to one socket. Everything that comes within one turn of the event loop goes out in one write,
 * because a system call per delivery is what delivering costs. Timelines that hold an urgent message go first; inside a
 * timeline the order of coming stays. There is no timer: the flush runs at the end of the turn, and what is handed out last
 * there is written while it is handed out, where nothing waits before it. Sockets that are sent the same are written to
 * together.
 *
 * Bounded by its owner: whoever sends looks at `pendingBytes` and stops above the high-water mark.
 */
import type { Socket } from 'node:net';
import { FrameBatch } from '../frames/frame-batch.js';
import type { FrameSink } from '../sessions/transport.js';
import { handleOf, MAX_DIRECT_BYTES, type Sender, type SocketHandle, writeDirectly } from './direct-write.js';
import { descriptorOf, type Member, NO_DESCRIPTOR, SharedWrite, writeEach } from './native-writes.js';
import { type Watcher, watchSocket } from './socket-watch.js';

/** So many are written to while what they touch in memory is still near. */
const AT_ONCE = 64;
let shared = writeEach && new SharedWrite<Outbox>(writeEach, AT_ONCE);

export const isWritingTogether = (): boolean => shared !== undefined;

/** From now on each socket is written to by itself, also where native writes were built. */
export function writeOneByOne(): void {
  shared = undefined;
}

/** Outboxes with something to write at the end of this turn, and where their batches begin. */
let dirty: Outbox[] = [];
let nothing = FrameBatch.empty();
/** Those to which nothing more comes in this turn. */
let last: Outbox[] = [];

function flushDirty(): void {
  const outboxes = dirty;
  dirty = [];
  nothing = FrameBatch.empty();
  flushAll(outboxes);
}

function flushLast(): void {
  const outboxes = last;
  last = [];
  flushAll(outboxes);
}

function flushAll(outboxes: readonly Outbox[]): void {
  for (const outbox of outboxes) outbox.flushInto(shared);
  shared?.end();
}

export class Outbox implements Sender, FrameSink, Member, Watcher {
  laterBytes = 0;
  private batch: FrameBatch | undefined;
  /** What was written to the stream has not all been taken. */
  private isStreaming = false;
  private isShut = false;
  private readonly handle: SocketHandle | undefined;
  private descriptor: number;

  /** @param socket the stream below the WebSocket; frames are written to it whole, so they never mix with its own */
  constructor(private readonly socket: Socket) {
    this.handle = handleOf(socket);
    this.descriptor = descriptorOf(socket);
    if (this.descriptor !== NO_DESCRIPTOR) watchSocket(socket, this);
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
    this.batch = batch;
    if (isLast) this.enlistLast();
    else this.enlist();
  }

  flush(): void {
    const batch = this.take();
    if (batch) this.write(batch.bytes);
  }

  /** @param together writes it with that of other sockets when it ends; undefined where each is written to by itself */
  flushInto(together: SharedWrite<Outbox> | undefined): void {
    const batch = this.take();
    if (!batch) return;
    if (together && this.canShare(batch)) together.add(this, this.descriptor, batch.bytes);
    else this.write(batch.bytes);
  }

  onStreamWaits(): void {
    this.isStreaming = true;
  }

  onClosing(): void {
    this.descriptor = NO_DESCRIPTOR;
  }

  private take(): FrameBatch | undefined {
    const { batch } = this;
    this.batch = undefined;
    return batch;
  }

  private canShare({ byteLength }: FrameBatch): boolean {
    const isFree = this.descriptor !== NO_DESCRIPTOR && !this.isStreaming && this.laterBytes === 0;
    return isFree && byteLength <= MAX_DIRECT_BYTES;
  }

  /** To this socket alone, before anything else is. */
  write(bytes: Buffer): void {
    if (this.handle !== undefined && !this.isStreaming && writeDirectly(this.handle, bytes, this)) return;
    if (!this.socket.writable) return;
    this.isStreaming = true;
    this.socket.write(bytes, () => (this.isStreaming = this.socket.writableLength > 0));
  }

  private enlist(): void {
    if (dirty.length === 0) setImmediate(flushDirty);
    dirty.push(this);
  }

  /** What is handed out in this turn goes out with its end, at the latest. */
  private enlistLast(): void {
    if (last.push(this) === AT_ONCE) flushLast();
    else if (last.length === 1) queueMicrotask(flushLast);
  }

  /** The WebSocket closes: no frame may follow its close frame. */
  shut(): void {
    this.isShut = true;
    this.batch = undefined;
  }
}
