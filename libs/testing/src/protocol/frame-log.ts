// The record of what one connection has received, and the waiting for more. An error of a wait shows what came instead.
import { withDeadline } from '../until.js';
import type { Closed, EventName, Frame } from './frames.js';

const shownFrames = 12;
const shownCharacters = 300;

export class FrameLog {
  readonly frames: Frame[] = [];
  private readonly watchers = new Set<() => void>();
  private closed: Closed | undefined;

  /** @throws when the server sends what the protocol does not have; the socket's owner sees it as an uncaught error. */
  record(data: Buffer, isBinary: boolean): Frame {
    if (isBinary) throw new Error(`the server sent a binary frame of ${data.length} bytes`);
    const frame = { ...(JSON.parse(data.toString()) as Omit<Frame, 'receivedAt'>), receivedAt: performance.now() };
    this.frames.push(frame);
    this.wake();
    return frame;
  }

  /** Nothing more will come: waits that are not fulfilled by now never will be. */
  end(closed: Closed): void {
    this.closed = closed;
    this.wake();
  }

  of<Name extends EventName>(event: Name): Frame<Name>[] {
    return this.frames.filter((frame): frame is Frame<Name> => frame.event === event);
  }

  /** Resolves to what `look` finds, now or after a later frame. */
  async wait<T>(look: () => T | undefined, what: string, deadlineMs: number): Promise<T> {
    let watcher: (() => void) | undefined;
    const found = new Promise<T>((resolve, reject) => {
      watcher = () => {
        const value = look();
        if (value !== undefined) resolve(value);
        else if (this.closed) reject(new Error(this.failure(what)));
      };
      this.watchers.add(watcher);
      watcher();
    });
    try {
      return await withDeadline(found, deadlineMs, () => this.failure(what, deadlineMs));
    } finally {
      if (watcher) this.watchers.delete(watcher);
    }
  }

  failure(what: string, afterMs?: number): string {
    const when = afterMs === undefined ? 'before the socket closed' : `within ${afterMs} ms`;
    const closing = this.closed ? ` (closed: ${this.closed.code} ${this.closed.reason})` : '';
    const last = this.frames.slice(-shownFrames).map((frame) => `  ${this.show(frame)}`);
    return [`${what} did not come ${when}${closing}; ${this.frames.length} frames came, the last:`, ...last].join('\n');
  }

  private show({ event, data, ref }: Frame): string {
    return JSON.stringify({ event, data, ref }).slice(0, shownCharacters);
  }

  private wake(): void {
    for (const watcher of [...this.watchers]) watcher();
  }
}
