import { until } from '@fanfare/testing';
import type { Model } from '../model.js';
import type { System } from '../system.js';
import { Command, sessionId, userAt } from './command.js';

export class Disconnect extends Command {
  constructor(
    readonly user: number,
    readonly device: number,
  ) {
    super();
  }

  override check(model: Readonly<Model>): boolean {
    return model.sessions.has(sessionId(this.user, this.device));
  }

  async run(model: Model, system: System): Promise<void> {
    const [id, user] = [sessionId(this.user, this.device), userAt(model, this.user)];
    await system.client(id).close();
    model.disconnect(id);
    // What it acknowledged is stored before its session is.
    const left = model.sessionsOf(user).length;
    const isGone = async () => (await system.stage.api.presence([user])).body.users[user]?.devices === left;
    await until(isGone, { what: `the session ${id} to be gone`, everyMs: 2 });
  }

  toString(): string {
    return `disconnect(user ${this.user}, device ${this.device})`;
  }
}
