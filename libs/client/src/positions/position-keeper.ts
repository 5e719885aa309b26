// Stores handled positions, and then has them acknowledged: at once where the last time is a second ago, else a second
// after it. A storage that fails is reported and costs nothing but that: the client goes on from memory.
import { isPromise } from '../events/emitter.js';
import type { Changes, Positions } from './positions.js';
import { mergePositions } from './positions.js';
import { type PositionStorage, soundPositions } from './position-storage.js';

const EVERY_MS = 1000;

export interface KeeperEvents {
  /** What was handled is stored, or could not be. */
  readonly onKept: () => void;
  readonly onError: (what: string, error: unknown) => void;
}

/** States: open → closed; then what changes still is stored at once. */
export class PositionKeeper {
  private timer: ReturnType<typeof setTimeout> | undefined;
  private keptAt = -Infinity;
  private isClosed = false;
  private saving: Promise<void> | undefined;

  /** @param key undefined where it is not known whose positions these are: then nothing is stored */
  constructor(
    private readonly storage: PositionStorage,
    private readonly key: string | undefined,
    private readonly handled: Positions,
    private readonly events: KeeperEvents,
  ) {}

  /** Never rejects. */
  async load(): Promise<void> {
    if (this.key === undefined) return;
    try {
      this.handled.load(soundPositions(await this.storage.load(this.key)));
    } catch (error) {
      this.events.onError('the storage of positions could not be read', error);
    }
  }

  /** Something was handled. */
  note(): void {
    if (this.isClosed) return void this.keep();
    this.timer ??= setTimeout(() => void this.keep(), Math.max(0, this.keptAt + EVERY_MS - performance.now()));
  }

  /** Now. With a storage that answers at once everything is done when this returns. */
  async keep(): Promise<void> {
    clearTimeout(this.timer);
    this.timer = undefined;
    this.keptAt = performance.now();
    while (this.saving) await this.saving; // one after the other, so that none overwrites a later one
    const changes = this.handled.takeChanges();
    if (changes.size > 0) {
      const saving = this.save(changes);
      if (saving) {
        this.saving = saving;
        await saving;
        this.saving = undefined;
      }
    }
    this.events.onKept();
  }

  async close(): Promise<void> {
    this.isClosed = true;
    await this.keep();
  }

  /** @returns a promise only where the storage takes its time. It never rejects. */
  private save(changes: Changes): Promise<void> | undefined {
    const { storage, key } = this;
    if (key === undefined) return undefined;
    const failed = (error: unknown): void => this.events.onError('positions could not be stored', error);
    try {
      const stored = storage.load(key);
      if (isPromise(stored)) {
        return stored.then((map) => storage.save(key, mergePositions(soundPositions(map), changes))).catch(failed);
      }
      const saved = storage.save(key, mergePositions(soundPositions(stored), changes));
      return isPromise(saved) ? Promise.resolve(saved).catch(failed) : undefined;
    } catch (error) {
      failed(error);
      return undefined;
    }
  }
}
