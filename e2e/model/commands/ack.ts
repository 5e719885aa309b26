import type { Model } from '../model.js';
import type { System } from '../system.js';
import { Command, sessionId } from './command.js';

/** Everything that the session was sent. */
export class Ack extends Command {
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
    const id = sessionId(this.user, this.device);
    const client = system.client(id);
    const offsets: Record<string, number> = {};
    for (const timeline of model.entitled(client.connected.user)) {
      const last = client.offsets(timeline).at(-1);
      if (last !== undefined) offsets[timeline] = last;
    }
    client.ack(offsets);
    model.acknowledge(id, offsets);
  }

  toString(): string {
    return `ack(user ${this.user}, device ${this.device})`;
  }
}
