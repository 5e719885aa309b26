/** Calls of this process that wait for their answer. Each ends once: by its last reply, its deadline, or its caller's leave. */
import type { WritePacket } from '@nestjs/microservices';
import { randomBytes } from 'node:crypto';
import { RpcTimeoutError } from './rpc-errors.js';

export class PendingCall {
  readonly id = randomBytes(12).toString('hex');
  readonly deadlineAt: number;
  isOver = false;
  /** Of the stream, once it is known. */
  entryId: string | undefined;
  timer: NodeJS.Timeout | undefined;

  constructor(
    readonly pattern: string,
    readonly stream: string,
    readonly deadlineMs: number,
    readonly tell: (packet: WritePacket) => void,
  ) {
    this.deadlineAt = performance.now() + deadlineMs;
  }

  get remainingMs(): number {
    return this.deadlineAt - performance.now();
  }
}

export class PendingCalls {
  private readonly calls = new Map<string, PendingCall>();

  /** @param onGivenUp called when nobody waits any more and no answer had come */
  constructor(private readonly onGivenUp: (call: PendingCall) => void) {}

  get size(): number {
    return this.calls.size;
  }

  find(id: string): PendingCall | undefined {
    return this.calls.get(id);
  }

  open(pattern: string, stream: string, deadlineMs: number, tell: (packet: WritePacket) => void): PendingCall {
    const call = new PendingCall(pattern, stream, deadlineMs, tell);
    this.calls.set(call.id, call);
    call.timer = setTimeout(() => {
      this.fail(call, new RpcTimeoutError(pattern, deadlineMs));
      this.onGivenUp(call);
    }, deadlineMs);
    return call;
  }

  /** The last packet of a call. */
  finish(call: PendingCall, packet: WritePacket): void {
    if (!this.end(call)) return;
    call.tell({ ...packet, isDisposed: true });
  }

  fail(call: PendingCall, err: Error): void {
    this.finish(call, { err });
  }

  /** The caller does not want the answer any more. */
  abandon(call: PendingCall): void {
    if (this.end(call)) this.onGivenUp(call);
  }

  failAll(error: (call: PendingCall) => Error): void {
    for (const call of [...this.calls.values()]) this.fail(call, error(call));
  }

  private end(call: PendingCall): boolean {
    if (call.isOver) return false;
    call.isOver = true;
    clearTimeout(call.timer);
    this.calls.delete(call.id);
    return true;
  }
}
