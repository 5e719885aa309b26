// Where one command or one reply ends and the next begins in a stream of Redis's protocol (RESP2 and RESP3,
// https://redis.io/docs/latest/develop/reference/protocol-spec/). Nothing is kept but the place in the structure; what is
// not RESP is noticed at the first byte that can't be, and not looked at any further.

const scalars = '+-:_,#(';
const strings = '$!=';
const lists = '*~>';
const pairs = '%|';
const types = scalars + strings + lists + pairs;
const longestHeader = 65_536;

export class RespFrames {
  /** Whole values so far, without what Redis says unasked (push). */
  count = 0;
  isResp = true;
  /** For each aggregate that is open: how many of its elements are still to come. */
  private readonly open: number[] = [];
  private toSkip = 0;
  private header = '';
  private isPush = false;

  /** Takes the next piece; where in it values ended. */
  feed(data: Buffer): readonly number[] {
    const ends: number[] = [];
    let at = 0;
    while (this.isResp && at < data.length)
      at = this.toSkip > 0 ? this.skip(data, at, ends) : this.read(data, at, ends);
    return ends;
  }

  private skip(data: Buffer, at: number, ends: number[]): number {
    const length = Math.min(this.toSkip, data.length - at);
    this.toSkip -= length;
    if (this.toSkip === 0) this.end(at + length, ends);
    return at + length;
  }

  private read(data: Buffer, at: number, ends: number[]): number {
    const newline = data.indexOf('\n', at);
    const after = newline < 0 ? data.length : newline + 1;
    this.header += data.toString('latin1', at, after);
    this.isResp = types.includes(this.header.charAt(0)) && this.header.length <= longestHeader;
    if (!this.isResp || newline < 0) return after;
    const header = this.header;
    this.header = '';
    this.begin(header.charAt(0), Number.parseInt(header.slice(1), 10), after, ends);
    return after;
  }

  private begin(type: string, size: number, at: number, ends: number[]): void {
    if (this.open.length === 0) this.isPush = type === '>';
    if (strings.includes(type) && size >= 0) {
      this.toSkip = size + 2;
    } else if (lists.includes(type) && size > 0) {
      this.open.push(size);
    } else if (pairs.includes(type) && size > 0) {
      this.open.push(2 * size);
    } else {
      this.end(at, ends);
    }
  }

  /** A value has ended, and with it perhaps those that it was the last of. */
  private end(at: number, ends: number[]): void {
    for (let left = this.open.pop(); left !== undefined; left = this.open.pop()) {
      if (left > 1) return void this.open.push(left - 1);
    }
    if (this.isPush) return;
    this.count += 1;
    ends.push(at);
  }
}
