/** Jobs: messages to many, or for later; and those that had all their attempts. */
import type { DeadLetterPage, JobPage, JobState, JobView } from '@fanfare/contracts';
import { type Caller, type CallOptions, segment } from '../calls/caller.js';
import { everything, from, type PageOptions } from '../calls/pages.js';

export interface JobsOptions extends PageOptions {
  readonly state?: JobState;
}

export class Jobs {
  constructor(private readonly caller: Caller) {}

  get(id: string, options?: CallOptions): Promise<JobView> {
    return this.caller.call({ method: 'GET', path: `/jobs/${segment(id)}` }, options);
  }

  /** Newest first; a page may be short, or empty, although more follow. */
  list(page: JobsOptions = {}, options?: CallOptions): Promise<JobPage> {
    return this.caller.call({ method: 'GET', path: '/jobs', query: { ...page } }, options);
  }

  all(page: JobsOptions = {}, options?: CallOptions): AsyncGenerator<JobView, void, undefined> {
    return everything(
      (cursor) => this.list(from(page, cursor), options),
      ({ jobs }) => jobs,
    );
  }
}

export class DeadLetters {
  constructor(private readonly caller: Caller) {}

  list(page: PageOptions = {}, options?: CallOptions): Promise<DeadLetterPage> {
    return this.caller.call({ method: 'GET', path: '/dead-letters', query: { ...page } }, options);
  }

  all(page: PageOptions = {}, options?: CallOptions): AsyncGenerator<JobView, void, undefined> {
    return everything(
      (cursor) => this.list(from(page, cursor), options),
      ({ deadLetters }) => deadLetters,
    );
  }

  /**
   * Goes on where it stopped. Not repeated once it may have been done: it is no dead letter any more then, and a repeat
   * would be told `not_found` of what went well.
   */
  retry(id: string, options?: CallOptions): Promise<JobView> {
    const path = `/dead-letters/${segment(id)}/retry`;
    return this.caller.call({ method: 'POST', path, repeatableMs: 0 }, options);
  }
}
