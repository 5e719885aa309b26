import { until } from '@fanfare/testing';
import type { Model } from '../model.js';
import { Command } from './command.js';

/** Time passes, until nothing is left that is to expire. */
export class Expire extends Command {
  override check(model: Readonly<Model>): boolean {
    return model.lastExpiry() > Date.now();
  }

  async run(model: Model): Promise<void> {
    await until(() => Date.now() > model.lastExpiry(), { what: 'the ttl to pass' });
  }

  toString(): string {
    return 'expire()';
  }
}
