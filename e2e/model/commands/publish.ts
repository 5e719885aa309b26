import type { To } from '../../acts.js';
import { ALL, type Model } from '../model.js';
import type { System } from '../system.js';
import { Command, groupAt, userAt } from './command.js';

export type Audience =
  { user: number } | { users: readonly number[] } | { group: number } | { all: true } | { online: true };

/** To any audience, perhaps from a user, perhaps to expire soon. */
export class Publish extends Command {
  constructor(
    readonly to: Audience,
    readonly from: number | undefined,
    readonly expires: boolean,
  ) {
    super();
  }

  async run(model: Model, system: System): Promise<void> {
    const from = this.from === undefined ? undefined : userAt(model, this.from);
    const payload = model.nextPayload();
    const expires = this.expires && !('online' in this.to);
    const message = await system.publish({ to: this.audience(model), payload, from, expires });
    if ('online' in this.to) model.publishOnline(payload);
    else for (const timeline of this.timelines(model)) model.publish(timeline, { ...message });
    await system.hasDelivered(model);
  }

  private audience(model: Model): To {
    if ('user' in this.to) return { user: userAt(model, this.to.user) };
    if ('users' in this.to) return { users: this.to.users.map((index) => userAt(model, index)) };
    return 'group' in this.to ? { group: groupAt(model, this.to.group) } : this.to;
  }

  private timelines(model: Model): string[] {
    if ('user' in this.to) return [`user:${userAt(model, this.to.user)}`];
    if ('users' in this.to) return [...new Set(this.to.users)].map((index) => `user:${userAt(model, index)}`);
    return 'group' in this.to ? [`group:${groupAt(model, this.to.group)}`] : [ALL];
  }

  toString(): string {
    const from = this.from === undefined ? '' : ` from ${this.from}`;
    return `publish(${JSON.stringify(this.to)}${from}${this.expires ? ' expires' : ''})`;
  }
}
