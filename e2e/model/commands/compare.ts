import type { Model } from '../model.js';
import type { System } from '../system.js';
import { Command } from './command.js';

export class Compare extends Command {
  async run(model: Model, system: System): Promise<void> {
    await system.agrees(model);
    await system.hasDeliveredNothingElse(model);
  }

  toString(): string {
    return 'compare()';
  }
}
