import type { Model } from '../model.js';
import type { System } from '../system.js';
import { Command, timelineAt, userAt } from './command.js';

/** Up to an offset, or a single one; `back` counts from the head. */
export class Read extends Command {
  constructor(
    readonly user: number,
    readonly timeline: number,
    readonly back: number,
    readonly isSingle: boolean,
  ) {
    super();
  }

  override check(model: Readonly<Model>): boolean {
    const timeline = timelineAt(model, this.user, this.timeline);
    return model.entitled(userAt(model, this.user)).includes(timeline) && model.head(timeline) > this.back;
  }

  async run(model: Model, { stage }: System): Promise<void> {
    const [user, timeline] = [userAt(model, this.user), timelineAt(model, this.user, this.timeline)];
    const offset = model.head(timeline) - this.back;
    const body = this.isSingle ? { timeline, offsets: [offset] } : { timeline, upTo: offset };
    const { status } = await stage.api.read(user, body);
    if (status !== 200) throw new Error(`it answered ${status}`);
    if (this.isSingle) model.readOne(user, timeline, offset);
    else model.readUpTo(user, timeline, offset);
  }

  toString(): string {
    return `read(user ${this.user}, timeline ${this.timeline}, ${this.isSingle ? 'only ' : ''}head - ${this.back})`;
  }
}
