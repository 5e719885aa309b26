import type { Model } from '../model.js';
import type { System } from '../system.js';
import { Command, groupAt, userAt } from './command.js';

export class Leave extends Command {
  constructor(
    readonly group: number,
    readonly user: number,
  ) {
    super();
  }

  async run(model: Model, { stage }: System): Promise<void> {
    const [group, user] = [groupAt(model, this.group), userAt(model, this.user)];
    const { status } = await stage.api.leave(group, user);
    if (status >= 300) throw new Error(`it answered ${status}`);
    model.leave(group, user);
  }

  toString(): string {
    return `leave(group ${this.group}, user ${this.user})`;
  }
}
