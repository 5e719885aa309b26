import type { FrameBatch } from '../frames/frame-batch.js';

/** A device's connection as a session sees it: WebSocket here; whatever else delivers bytes and can be closed. */
export interface Transport {
  readonly sink: FrameSink;
  /** Bytes that the device has not taken yet. */
  readonly pendingBytes: number;
  /**
   * @param lane what keeps its order among itself; without one the frame keeps its order with everything
   * @param isUrgent lets the lane go first within this turn
   */
  send(frame: Buffer, lane?: object, isUrgent?: boolean): void;
  close(code: number, reason: string): void;
  /** Resolves when the device has taken what was pending, or the connection is gone. */
  drained(): Promise<void>;
}

/**
 * What live messages go through: one small object, because with many sessions a delivery costs, besides its system call,
 * what it touches in memory.
 */
export interface FrameSink {
  /** Nothing that was sent waits for the device. */
  readonly isClear: boolean;
  /** As `Transport.send`. */
  send(frame: Buffer, lane?: object, isUrgent?: boolean): void;
  /** Several at once. @param isLast nothing else is handed out in this turn: it need not wait for the end of it */
  sendAll(batch: FrameBatch, isLast: boolean): void;
}
