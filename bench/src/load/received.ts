/** What one client got, read off the beginning of each frame: positions per timeline, and whether they ascend. */
const HEAD_BYTES = 200;
const MESSAGE = '{"event":"message","data":{"timeline":"';
const SYNCED = '{"event":"synced"';
const CONNECTED = '{"event":"connected"';
const RECONNECT = '{"event":"reconnect"';
const PLACE = /"timeline":"([^"]+)","offset":(\d+)/;
const AFTER = /"afterMs":(\d+)/;

export type FrameKind = 'message' | 'synced' | 'connected' | 'reconnect' | 'other';

export class Received {
  messages = 0;
  /** Messages that came out of their order, or twice. */
  disordered = 0;
  /** What the last `reconnect` asked for. */
  afterMs = 0;
  private readonly last = new Map<string, number>();

  constructor(positions: Readonly<Record<string, number>> = {}) {
    for (const [timeline, offset] of Object.entries(positions)) this.last.set(timeline, offset);
  }

  note(payload: Buffer): FrameKind {
    const head = payload.toString('latin1', 0, Math.min(payload.length, HEAD_BYTES));
    if (head.startsWith(MESSAGE)) {
      this.place(head);
      return 'message';
    }
    if (head.startsWith(SYNCED)) return 'synced';
    if (head.startsWith(CONNECTED)) return 'connected';
    if (!head.startsWith(RECONNECT)) return 'other';
    this.afterMs = Number(AFTER.exec(head)?.[1] ?? 1000);
    return 'reconnect';
  }

  /** Where a timeline goes on from, as `connected` says: what came before it stands. */
  begin(timeline: string, offset: number): void {
    if (!this.last.has(timeline)) this.last.set(timeline, offset);
  }

  offset(timeline: string): number {
    return this.last.get(timeline) ?? 0;
  }

  private place(head: string): void {
    const [, timeline = '', offset = '0'] = PLACE.exec(head) ?? [];
    if (Number(offset) !== this.offset(timeline) + 1) this.disordered += 1;
    this.last.set(timeline, Number(offset));
    this.messages += 1;
  }
}
