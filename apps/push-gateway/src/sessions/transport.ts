/** A device's connection as a session sees it: WebSocket here; whatever else delivers bytes and can be closed. */
export interface Transport {
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
