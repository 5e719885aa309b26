/**
 * The same bytes to many sockets in one call into native code (native/write-each.c), where that was built: it takes a C
 * compiler, and there is none of it for Windows. Where it is missing each socket is written to by itself, which costs more
 * CPU time for each delivery and changes nothing else.
 *
 * What the kernel does not take at once is handed back to whoever sent it.
 */
import { createRequire } from 'node:module';
import type { Socket } from 'node:net';

/** @see native/write-each.c */
export type WriteEach = (sockets: Int32Array, count: number, bytes: Buffer, taken: Int32Array) => number;

/** Who sends; told where the kernel did not take everything. */
export interface Member {
  /** @param bytes still to be written, before anything else is */
  write(bytes: Buffer): void;
}

export const NO_DESCRIPTOR = -1;
const BUILT = '../../native/dist/write-each.node';

/** undefined where it was not built. */
export const writeEach: WriteEach | undefined = built();

/**
 * The file descriptor of a socket that is open, good until Node closes it (socket-watch.ts): afterwards the number may be
 * another socket's. -1 where it can't be written to past Node.
 */
export function descriptorOf(socket: Socket): number {
  const { _handle: handle } = socket as unknown as { _handle?: { fd?: unknown } | null };
  return typeof handle?.fd === 'number' && !('encrypted' in socket) ? handle.fd : NO_DESCRIPTOR;
}

/** Sockets that are sent the same bytes: to be filled and ended without anything else being done in between. */
export class SharedWrite<T extends Member> {
  private readonly sockets: Int32Array;
  private readonly taken: Int32Array;
  private readonly members: (T | undefined)[];
  private count = 0;
  private bytes: Buffer = NOTHING;

  constructor(
    private readonly write: WriteEach,
    private readonly most: number,
  ) {
    this.sockets = new Int32Array(most);
    this.taken = new Int32Array(most);
    this.members = new Array<T | undefined>(most).fill(undefined);
  }

  /** @param descriptor of a socket that is open, and for which nothing waits that was written before */
  add(member: T, descriptor: number, bytes: Buffer): void {
    if (this.bytes !== bytes || this.count === this.most) this.end();
    this.bytes = bytes;
    this.members[this.count] = member;
    this.sockets[this.count] = descriptor;
    this.count += 1;
  }

  /** Writes to all of them. */
  end(): void {
    const { count, bytes, members, taken } = this;
    this.count = 0;
    this.bytes = NOTHING;
    const lacking = count === 0 ? 0 : this.write(this.sockets, count, bytes, taken);
    for (let index = 0; index < count; index += 1) {
      const member = members[index];
      const length = taken[index] ?? 0;
      members[index] = undefined;
      if (lacking > 0 && length < bytes.length) member?.write(bytes.subarray(length));
    }
  }
}

const NOTHING = Buffer.alloc(0);

function built(): WriteEach | undefined {
  try {
    return (createRequire(import.meta.url)(BUILT) as { writeEach: WriteEach }).writeEach;
  } catch {
    return undefined;
  }
}
