/**
 * Fanfare as a backend sees it. Make one and share it; it holds no connection of its own and needs no closing.
 *
 * Publishing always carries an idempotency key, so that a retry can't send twice: what was accepted once is answered again
 * with `duplicate: true`. All calls fail with a `FanfareError`, or with the reason of the signal that ended them.
 */
import type { JobView, PublishAnswer } from '@fanfare/contracts';
import { Caller, type CallOptions } from './calls/caller.js';
import { Groups } from './groups/groups.js';
import { DeadLetters, Jobs } from './jobs/jobs.js';
import { type BatchResult, type Message, Messages } from './messages/messages.js';
import { checkOptions, type FanfareOptions } from './options.js';
import { Presence } from './presence/presence.js';
import { Tokens } from './tokens/tokens.js';
import { Users } from './users/users.js';

export class Fanfare {
  readonly users: Users;
  readonly groups: Groups;
  readonly presence: Presence;
  readonly jobs: Jobs;
  readonly deadLetters: DeadLetters;
  readonly tokens: Tokens;
  readonly messages: Messages;

  /** @throws TypeError for an option that is wrong */
  constructor(options: FanfareOptions) {
    const caller = new Caller(checkOptions(options));
    this.users = new Users(caller);
    this.groups = new Groups(caller);
    this.presence = new Presence(caller);
    this.jobs = new Jobs(caller);
    this.deadLetters = new DeadLetters(caller);
    this.tokens = new Tokens(caller);
    this.messages = new Messages(caller);
  }

  /** Resolves when Fanfare has stored it. */
  publish(message: Message, options?: CallOptions): Promise<PublishAnswer> {
    return this.messages.publish(message, options);
  }

  /** Up to 1,000; each is accepted or refused by itself, in order. A refusal of one does not reject. */
  publishBatch(messages: readonly Message[], options?: CallOptions): Promise<readonly BatchResult[]> {
    return this.messages.publishBatch(messages, options);
  }

  /** How many users it would be for; nothing is sent. */
  reach(message: Message, options?: CallOptions): Promise<number> {
    return this.messages.reach(message, options);
  }

  /** How far a message is that is a job: a list, a filtered audience, one for later. */
  message(id: string, options?: CallOptions): Promise<JobView> {
    return this.messages.get(id, options);
  }

  /** @throws FanfareError conflict when it has begun */
  cancel(id: string, options?: CallOptions): Promise<void> {
    return this.messages.cancel(id, options);
  }

  /** Takes back a message that was published to that timeline. */
  retract(id: string, timeline: string, options?: CallOptions): Promise<void> {
    return this.messages.retract(id, timeline, options);
  }
}
