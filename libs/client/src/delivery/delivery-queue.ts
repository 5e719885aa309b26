// What has arrived and waits for the listeners, one at a time in order. It is bounded: when it is full the owner must take
// no more until it is empty. Where nothing waits and nobody is slow, an item is handed on in the turn in which it arrived.

export const MAX_WAITING = 10_000;
/** Of the frames' text, in UTF-16 units. */
export const MAX_WAITING_SIZE = 16 * 1024 * 1024;

interface Item {
  readonly size: number;
  /** Never throws or rejects. */
  readonly run: () => Promise<unknown> | undefined;
}

/** States: idle (nothing waits) ⇄ busy. */
export class DeliveryQueue {
  private items: Item[] = [];
  private size = 0;
  private isBusy = false;

  /** @param onEmpty is called whenever the last item has been dealt with */
  constructor(private readonly onEmpty: () => void) {}

  get isFull(): boolean {
    return this.items.length > MAX_WAITING || this.size > MAX_WAITING_SIZE;
  }

  push(size: number, run: Item['run']): void {
    this.items.push({ size, run });
    this.size += size;
    if (!this.isBusy) void this.work();
  }

  /** What waits is dropped; what is underway goes on. */
  clear(): void {
    this.items = [];
    this.size = 0;
  }

  private async work(): Promise<void> {
    this.isBusy = true;
    for (let item = this.items.shift(); item; item = this.items.shift()) {
      this.size -= item.size;
      const underway = item.run();
      if (underway) await underway;
    }
    this.isBusy = false;
    this.onEmpty();
  }
}
