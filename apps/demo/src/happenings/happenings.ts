// What happened, newest first: what was clicked, the curl behind it, and the answer. The newest 40 are kept.
import { Value } from '../state/value.js';

export interface Happening {
  readonly id: number;
  readonly title: string;
  readonly curl: string;
  /** What curl can't show: that the page did it over a session, for example. */
  readonly note?: string;
  /** HTTP status; 0 where no answer came. */
  readonly status?: number;
  readonly answer?: string;
  readonly tookMs?: number;
}

const most = 40;

export class Happenings {
  readonly list = new Value<readonly Happening[]>([]);
  private last = 0;

  /** @returns what adds the answer to it */
  begin(title: string, curl: string, note?: string): (answer: Pick<Happening, 'status' | 'answer'>) => void {
    const happening: Happening = { id: (this.last += 1), title, curl, ...(note && { note }) };
    const startedAt = performance.now();
    this.list.set([happening, ...this.list.get()].slice(0, most));
    return (answer) => {
      const done = { ...happening, ...answer, tookMs: Math.round(performance.now() - startedAt) };
      this.list.set(this.list.get().map((one) => (one.id === done.id ? done : one)));
    };
  }

  clear(): void {
    this.list.set([]);
  }
}
