// A steady stream of messages to a user, a group and all, and what was accepted of it.
import type { ApiClient } from '@fanfare/testing';
import type { To } from '../acts.js';

/** Where a message is, and which it is. */
export interface Place {
  readonly timeline: string;
  readonly offset: number;
  readonly payload: unknown;
}

const PAUSE_MS = 10;

/** States: flowing → stopped. */
export class Feed {
  readonly accepted: Place[] = [];
  private isStopped = false;
  private readonly ended: Promise<void>;

  constructor(
    private readonly api: ApiClient,
    private readonly targets: readonly To[],
  ) {
    this.ended = this.flow();
  }

  /** @throws when something was not accepted */
  async stop(): Promise<void> {
    this.isStopped = true;
    await this.ended;
  }

  private async flow(): Promise<void> {
    for (let number = 1; !this.isStopped; number++) {
      const messages = this.targets.map((to, index) => ({
        to,
        payload: `${number}.${index} ${'x'.repeat(number % 300)}`,
      }));
      const { body } = await this.api.batch(messages);
      for (const [index, result] of body.results.entries()) {
        if ('error' in result || result.timeline === undefined || result.offset === undefined) {
          throw new Error(`not accepted: ${JSON.stringify(result)}`);
        }
        this.accepted.push({ timeline: result.timeline, offset: result.offset, payload: messages[index]?.payload });
      }
      await new Promise((resolve) => setTimeout(resolve, PAUSE_MS)); // the pace of the stream
    }
  }
}
