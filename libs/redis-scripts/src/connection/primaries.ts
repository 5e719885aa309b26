// Who serves which key. One server (or whichever Sentinel names) serves all of them; a cluster parts them by slot.
import { EventEmitter } from 'node:events';
import type { ClientOptions } from './client-options.js';
import { Primary } from './primary.js';

export interface PrimariesEvents {
  added: [Primary];
  /** It serves nothing any more, and is closed. */
  removed: [Primary];
  /** Some slots are served by another primary than before. */
  moved: [];
}

export interface Primaries extends EventEmitter<PrimariesEvents> {
  /** undefined while no primary is known to serve the key. */
  of(key: string): Primary | undefined;
  /** The primary at `host:port`, connected to where it was unknown; what ASK names. */
  at(address: string): Primary | undefined;
  all(): Primary[];
  /** Asks again who serves what, once for all who want it. Never rejects: what can't be learnt now stays as it was. */
  refresh(): Promise<void>;
  /** The first connection stands and every primary is known. */
  whenReady(): Promise<void>;
  close(): void;
}

export class OnePrimary extends EventEmitter<PrimariesEvents> implements Primaries {
  private readonly primary: Primary;

  constructor(address: string, options: ClientOptions, onError: (error: Error) => void) {
    super();
    this.primary = new Primary(address, options, onError);
  }

  of(): Primary {
    return this.primary;
  }

  at(): Primary {
    return this.primary;
  }

  all(): Primary[] {
    return [this.primary];
  }

  async refresh(): Promise<void> {}

  whenReady(): Promise<void> {
    return readyOnce(this.primary);
  }

  close(): void {
    this.primary.close();
  }
}

export function readyOnce({ redis }: Primary): Promise<void> {
  if (redis.status === 'ready') return Promise.resolve();
  return new Promise((resolve) => redis.once('ready', resolve));
}
