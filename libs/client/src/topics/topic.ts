// A topic: a channel that clients subscribe to themselves. Gateways that do not know topics yet answer `unknown_event`, with
// which these promises reject.
import type { Requests } from '../requests/requests.js';

export class Topic {
  constructor(
    readonly name: string,
    private readonly requests: Requests,
  ) {}

  /** Its messages come as `message`. @throws FanfareError */
  async subscribe(): Promise<void> {
    await this.requests.ask('subscribe', { topics: [this.name] });
  }

  /** @throws FanfareError */
  async unsubscribe(): Promise<void> {
    await this.requests.ask('unsubscribe', { topics: [this.name] });
  }

  /** Where the token permits it. @throws FanfareError */
  async publish(payload: unknown, type?: string): Promise<void> {
    await this.requests.ask('publish', { topic: this.name, payload, type });
  }
}
