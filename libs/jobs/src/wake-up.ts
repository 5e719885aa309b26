/**
 * Tells workers that there may be something to claim, as soon as it is in its lane. A publication that is missed costs
 * time only: whoever waits looks again after a while by itself.
 */
import type { Keyspace, RedisConnection, Subscriber } from '@fanfare/redis-scripts';

export class WakeUp {
  private readonly waiting = new Set<() => void>();
  private readonly subscriber: Subscriber;
  /** How often there was something new: whoever looked before it changed has to look again. */
  count = 0;

  constructor(connection: RedisConnection, keys: Keyspace) {
    this.subscriber = connection.subscriber();
    this.subscriber.on('smessageBuffer', () => this.wake());
    this.subscriber.on('held', () => this.wake());
    // Until it is subscribed, and should it be closed first, waiting ends by time.
    this.subscriber.subscribe([keys.workersChannel()]).catch(() => undefined);
  }

  /**
   * Resolves at the next publication, after `ms`, or when the signal is aborted.
   *
   * @param seen `count` before the caller last looked; where it has changed since, this resolves at once
   */
  wait(ms: number, signal: AbortSignal, seen = this.count): Promise<void> {
    if (signal.aborted || seen !== this.count) return Promise.resolve();
    return new Promise((resolve) => {
      const end = (): void => {
        clearTimeout(timer);
        signal.removeEventListener('abort', end);
        this.waiting.delete(end);
        resolve();
      };
      const timer = setTimeout(end, ms);
      signal.addEventListener('abort', end);
      this.waiting.add(end);
    });
  }

  close(): void {
    this.subscriber.close();
    this.wake();
  }

  private wake(): void {
    this.count += 1;
    for (const end of [...this.waiting]) end();
  }
}
