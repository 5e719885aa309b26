// Hands events to listeners. What a listener throws, or rejects with, becomes an `error` event and stops nothing; an error
// that nobody listens to goes to the console, so that it is not silent.
import { FanfareError, type FanfareErrorCode } from '../fanfare-error.js';
import type { FanfareEvent, FanfareEvents, Listener } from './events.js';

export class Emitter {
  private readonly listeners = new Map<FanfareEvent, Set<Listener<never>>>();

  on<E extends FanfareEvent>(event: E, listener: Listener<E>): () => void {
    const own: Listener<E> = (data) => listener(data); // the same function may be registered twice
    const known = this.listeners.get(event) ?? new Set();
    this.listeners.set(event, known.add(own));
    return () => void known.delete(own);
  }

  /** @returns a promise while listeners are still at it, undefined when all are done. It never rejects. */
  emit<E extends FanfareEvent>(event: E, data: FanfareEvents[E]): Promise<unknown> | undefined {
    const underway: Promise<unknown>[] = [];
    for (const listener of [...(this.listeners.get(event) ?? [])] as Listener<E>[]) {
      try {
        const result = listener(data);
        if (isPromise(result))
          underway.push(Promise.resolve(result).catch((error: unknown) => this.threw(event, error)));
      } catch (error) {
        this.threw(event, error);
      }
    }
    return underway.length > 0 ? Promise.all(underway) : undefined;
  }

  report(code: FanfareErrorCode, message: string, cause?: unknown): FanfareError {
    const error = new FanfareError(code, message, cause === undefined ? undefined : { cause });
    if (this.listeners.get('error')?.size) void this.emit('error', error);
    else console.error(error);
    return error;
  }

  clear(): void {
    for (const known of this.listeners.values()) known.clear();
  }

  private threw(event: FanfareEvent, cause: unknown): void {
    if (event === 'error') console.error(cause);
    else this.report('listener', `a listener to '${event}' failed: ${String(cause)}`, cause);
  }
}

export function isPromise<T>(value: T | PromiseLike<T>): value is PromiseLike<T> {
  return typeof (value as PromiseLike<T> | undefined)?.then === 'function';
}
