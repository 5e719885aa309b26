import type { Model } from '../model.js';
import type { System } from '../system.js';
import { Command, sessionId, userAt } from './command.js';

/** A device that says nothing of where it was: it goes on where Fanfare knows it to be. */
export class Connect extends Command {
  constructor(
    readonly user: number,
    readonly device: number,
  ) {
    super();
  }

  override check(model: Readonly<Model>): boolean {
    return !model.sessions.has(sessionId(this.user, this.device));
  }

  async run(model: Model, system: System): Promise<void> {
    const [id, user, device] = [sessionId(this.user, this.device), userAt(model, this.user), `device-${this.device}`];
    model.connect(id, user, device);
    system.clients.set(id, await system.stage.connectSynced(user, { device }));
    await system.hasDelivered(model);
  }

  toString(): string {
    return `connect(user ${this.user}, device ${this.device})`;
  }
}
