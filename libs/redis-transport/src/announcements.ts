/**
 * Events that are told beside the work that made them, which neither waits for them nor fails with them: at most once. They
 * are lost where the process dies first or Redis can't be reached in time, and where too many wait already; each end is
 * told to `observe`, so that none is lost unseen.
 */
import type { EventContract } from '@fanfare/contracts';
import type { ClientProxy } from '@nestjs/microservices';
import { publishEvent } from './contracts.js';

/** dropped: too many were waiting to be published. failed: Redis did not take it in time. */
export type AnnouncementOutcome = 'published' | 'failed' | 'dropped';

export interface AnnouncementsOptions {
  /** Most that may wait at once. Default 10,000. */
  readonly maxWaiting?: number;
  readonly observe?: (outcome: AnnouncementOutcome, pattern: string) => void;
}

const MAX_WAITING = 10_000;

export class Announcements {
  private readonly waiting = new Set<Promise<void>>();

  constructor(
    private readonly client: ClientProxy,
    private readonly options: AnnouncementsOptions = {},
  ) {}

  tell<Data>(event: EventContract<Data>, data: Data): void {
    if (this.waiting.size >= (this.options.maxWaiting ?? MAX_WAITING)) return this.end('dropped', event.pattern);
    const telling = publishEvent(this.client, event, data)
      .then(
        () => this.end('published', event.pattern),
        () => this.end('failed', event.pattern),
      )
      .finally(() => this.waiting.delete(telling));
    this.waiting.add(telling);
  }

  /** Resolves when nothing waits any more; the deadlines of the client bound that. */
  async whenTold(): Promise<void> {
    while (this.waiting.size > 0) await Promise.all(this.waiting);
  }

  private end(outcome: AnnouncementOutcome, pattern: string): void {
    this.options.observe?.(outcome, pattern);
  }
}
