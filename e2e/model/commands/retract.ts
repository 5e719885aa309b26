import type { Model } from '../model.js';
import type { System } from '../system.js';
import { Command, timelineAt } from './command.js';

/** A message is taken back, perhaps one that was already; `back` counts from the head. */
export class Retract extends Command {
  constructor(
    readonly user: number,
    readonly timeline: number,
    readonly back: number,
  ) {
    super();
  }

  override check(model: Readonly<Model>): boolean {
    const timeline = timelineAt(model, this.user, this.timeline);
    return model.retractable(timeline, model.head(timeline) - this.back) !== undefined;
  }

  async run(model: Model, system: System): Promise<void> {
    const timeline = timelineAt(model, this.user, this.timeline);
    const offset = model.head(timeline) - this.back;
    const { id = '' } = model.retractable(timeline, offset) ?? {};
    const { status } = await system.stage.api.retract(id, timeline);
    if (status !== 204) throw new Error(`it answered ${status}`);
    model.retract(timeline, offset);
    await system.hasDelivered(model);
  }

  toString(): string {
    return `retract(user ${this.user}, timeline ${this.timeline}, head - ${this.back})`;
  }
}
