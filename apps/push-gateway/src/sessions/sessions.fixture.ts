/** Sessions on a transport that keeps what it is given. */
import { Keyspace } from '@fanfare/redis-scripts';
import type { FrameBatch } from '../frames/frame-batch.js';
import { messageFrame } from '../frames/server-frame.js';
import type { TailFrame } from './tail.js';
import { Session } from './session.js';
import type { Transport } from './transport.js';

export interface Sent {
  readonly event: string;
  readonly data: Record<string, unknown>;
}

/** A device that takes everything, unless `pendingBytes` says otherwise. */
export class FakeTransport implements Transport {
  pendingBytes = 0;
  readonly sink = this;
  readonly sent: Sent[] = [];
  readonly closed: number[] = [];

  get isClear(): boolean {
    return this.pendingBytes === 0;
  }

  send(frame: Buffer): void {
    const length = frame[1] ?? 0;
    this.sent.push(JSON.parse(frame.subarray(length < 126 ? 2 : length === 126 ? 4 : 10).toString()) as Sent);
  }

  sendAll(batch: FrameBatch): void {
    for (const { frame } of batch.items) this.send(frame);
  }

  close(code: number): void {
    this.closed.push(code);
  }

  drained(): Promise<void> {
    return Promise.resolve();
  }

  /** Offsets of the messages of a timeline, in the order of sending. */
  offsets(timeline: string): unknown[] {
    return this.sent.filter(({ data }) => data['timeline'] === timeline).map(({ data }) => data['offset']);
  }
}

export const HIGH_WATER = 1000;
export const keys = new Keyspace('app', 4);

export function newSession(user: string, pump: (session: Session) => void = () => undefined) {
  const transport = new FakeTransport();
  const session = new Session(user, 'phone', transport, { highWaterBytes: HIGH_WATER }, pump);
  session.isConnected = true;
  return { session, transport };
}

export function entry(timeline: string, offset: number, epoch = '1.a.2', more: Partial<TailFrame> = {}): TailFrame {
  const frame = messageFrame(timeline, offset, epoch, Buffer.from('{}'));
  return { offset, frame, expiresAt: 0, isUrgent: false, ...more };
}
