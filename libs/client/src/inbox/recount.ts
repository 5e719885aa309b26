// Asks the gateway how much is unread where that can't be told from what arrived: after a `reset`. Those come to many
// clients at the same moment, so each waits a random while.

const SPREAD_MS = 5000;

/** States: idle → waiting → idle; `stop` ends a wait. */
export class Recount {
  private readonly timelines = new Set<string>();
  private timer: ReturnType<typeof setTimeout> | undefined;

  constructor(private readonly count: (timeline: string) => unknown) {}

  ask(timeline: string): void {
    this.timelines.add(timeline);
    this.timer ??= setTimeout(() => {
      const due = [...this.timelines];
      this.stop();
      for (const one of due) this.count(one);
    }, Math.random() * SPREAD_MS);
  }

  stop(): void {
    clearTimeout(this.timer);
    this.timer = undefined;
    this.timelines.clear();
  }
}
