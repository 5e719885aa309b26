/**
 * Writes to a TCP socket past the bookkeeping of Node's streams, which costs more than all else that the gateway itself
 * does for a delivery (`npm run bench -- fanout`; the rest is the system call). What is written here and what is written
 * to the stream keep their order, because both go through one queue of libuv, if nothing is written here while the stream
 * holds something back: that is the caller's part. What the kernel does not take at once stays in that queue.
 *
 * It needs two things that Node has and does not document. Where they are missing (a later Node, another runtime), nothing is
 * written here, and the caller writes to the stream.
 */
import type { Socket } from 'node:net';

/** The request of one write; it can be used again unless the write is finished later. */
interface WriteRequest {
  buffer?: Buffer;
  sender?: Sender;
  oncomplete?: (this: WriteRequest) => void;
}

/** Who writes, with the bytes of a write that the kernel has not taken at once; 0 again when it has, or the socket closed. */
export interface Sender {
  laterBytes: number;
}

interface StreamBinding {
  readonly WriteWrap: new () => WriteRequest;
  readonly kLastWriteWasAsync: number;
  readonly streamBaseState: Int32Array;
}

export interface SocketHandle {
  writeBuffer(request: WriteRequest, bytes: Buffer): number;
}

/** Smaller than the high-water mark of a session: what is left here never makes one wait that the stream does not too. */
export const MAX_DIRECT_BYTES = 64 * 1024;

// Taken out of the binding once: it is a slow object to look things up in.
const { WriteWrap, streamBaseState, kLastWriteWasAsync = 0 } = streamBinding();
let request = WriteWrap && streamBaseState ? new WriteWrap() : undefined;

/** @returns false where nothing was written: then write to the stream */
export function writeDirectly(handle: SocketHandle, bytes: Buffer, sender: Sender): boolean {
  if (!WriteWrap || !streamBaseState || !request || bytes.length > MAX_DIRECT_BYTES || sender.laterBytes > 0)
    return false;
  // An error (it has closed, say) shows again, and is dealt with, where the stream writes.
  if (handle.writeBuffer(request, bytes) !== 0) return false;
  if (streamBaseState[kLastWriteWasAsync] === 0) return true;
  sender.laterBytes = bytes.length;
  Object.assign(request, { buffer: bytes, sender, oncomplete: onComplete }); // the bytes must outlive the write
  request = new WriteWrap();
  return true;
}

/** What is below the stream; undefined where it can't be written to directly. Good for as long as the socket. */
export function handleOf(socket: Socket): SocketHandle | undefined {
  const { _handle: handle } = socket as unknown as { _handle?: Partial<SocketHandle> | null };
  return typeof handle?.writeBuffer === 'function' && !('encrypted' in socket) ? (handle as SocketHandle) : undefined;
}

function onComplete(this: WriteRequest): void {
  if (this.sender) this.sender.laterBytes = 0;
}

function streamBinding(): Partial<StreamBinding> {
  try {
    const { binding } = process as unknown as { binding?: (name: string) => Partial<StreamBinding> };
    const found = binding?.call(process, 'stream_wrap');
    return found?.kLastWriteWasAsync === undefined ? {} : found;
  } catch {
    return {};
  }
}
