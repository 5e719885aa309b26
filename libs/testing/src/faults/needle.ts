// Looks for some bytes in streams that come in pieces: one that is cut in two by a packet is found all the same. What is
// kept of a stream for that is shorter than the needle.

const nothing = Buffer.alloc(0);

export class Needle {
  private readonly bytes: Buffer;
  private readonly ends = new WeakMap<object, Buffer>();

  /** @param left which occurrence counts, over all streams: 1 is the next. */
  constructor(
    text: string,
    private left: number,
  ) {
    if (text === '' || left < 1) throw new Error('an empty needle, or one before the first, is nowhere');
    this.bytes = Buffer.from(text);
  }

  /** Where in `data`, the next piece of that stream, the one that counts begins; below 0 in what came before. */
  findIn(stream: object, data: Buffer): number | undefined {
    const before = this.ends.get(stream) ?? nothing;
    const joined = before.length > 0 ? Buffer.concat([before, data]) : data;
    let passed = 0;
    for (let at = joined.indexOf(this.bytes); at >= 0; at = joined.indexOf(this.bytes, passed)) {
      this.left -= 1;
      if (this.left === 0) return at - before.length;
      passed = at + this.bytes.length;
    }
    const kept = joined.subarray(Math.max(passed, joined.length - this.bytes.length + 1));
    this.ends.set(stream, Buffer.from(kept)); // a copy: the piece itself may be 64 KiB
    return undefined;
  }
}
