/**
 * What goes out to a socket in one write: frames in the order of sending. Sockets that are sent the same frames within a
 * turn share one batch, so a burst to a thousand sessions is put together once and not a thousand times.
 *
 * A batch never changes; one frame more makes another batch, which the shorter one remembers for the next socket. The
 * batches of a turn grow out of one that is empty, and end with it.
 */
export class FrameBatch {
  readonly byteLength: number;
  private readonly hasUrgent: boolean;
  private longer: FrameBatch | undefined;
  private joined: Buffer | undefined;

  /** @param lane what keeps its order among itself; undefined for frames that keep their order with everything */
  private constructor(
    private readonly shorter: FrameBatch | undefined,
    readonly frame: Buffer,
    readonly lane: object | undefined,
    readonly isUrgent: boolean,
  ) {
    this.byteLength = (shorter?.byteLength ?? 0) + frame.length;
    this.hasUrgent = isUrgent || shorter?.hasUrgent === true;
  }

  static empty(): FrameBatch {
    return new FrameBatch(undefined, NOTHING, undefined, false);
  }

  get isEmpty(): boolean {
    return this.shorter === undefined;
  }

  /** This, and one frame more. */
  with(frame: Buffer, lane: object | undefined, isUrgent: boolean): FrameBatch {
    const { longer } = this;
    if (longer?.frame === frame && longer.lane === lane && longer.isUrgent === isUrgent) return longer;
    this.longer = new FrameBatch(this, frame, lane, isUrgent);
    return this.longer;
  }

  /** Timelines that hold an urgent frame go first; inside a timeline the order of sending stays. */
  get bytes(): Buffer {
    this.joined ??= this.join();
    return this.joined;
  }

  private join(): Buffer {
    if (this.byteLength === this.frame.length) return this.frame;
    const ordered = this.hasUrgent ? urgentFirst(this.items) : this.items;
    const frames = ordered.map(({ frame }) => frame);
    return Buffer.concat(frames, this.byteLength);
  }

  /** What it is made of, one for each frame, in the order of sending. */
  get items(): readonly FrameBatch[] {
    const items: FrameBatch[] = [];
    let { shorter } = this;
    for (items.push(this); shorter && !shorter.isEmpty; { shorter } = shorter) items.push(shorter);
    return items.reverse();
  }
}

const NOTHING = Buffer.alloc(0);

/** Lanes with an urgent frame before the others, each in its own order. Frames without a lane hold everything in place. */
function urgentFirst(items: readonly FrameBatch[]): FrameBatch[] {
  const ordered: FrameBatch[] = [];
  let stretch: FrameBatch[] = [];
  const settle = (): void => {
    const urgent = new Set(stretch.filter(({ isUrgent }) => isUrgent).map(({ lane }) => lane));
    ordered.push(...stretch.filter(({ lane }) => urgent.has(lane)), ...stretch.filter(({ lane }) => !urgent.has(lane)));
    stretch = [];
  };
  for (const item of items) {
    if (item.lane) {
      stretch.push(item);
      continue;
    }
    settle();
    ordered.push(item);
  }
  settle();
  return ordered;
}
