/**
 * Reads replies of Redis from chunks of bytes, in place of ioredis's own decoder, which keeps its place in WeakMaps and
 * takes several times as long (`node libs/redis-scripts/bench/decoding.mjs`). Both answer the same
 * (reply-decoder.spec.ts).
 *
 * RESP2 and RESP3: https://redis.io/docs/latest/develop/reference/protocol-spec/
 * Texts are views onto the chunk they came in. Of a text that comes in several chunks those are kept, and joined once.
 */
export type ReplyItem = number | string | Buffer | null | Error | ReplyItem[];

/** Whom to tell of what was read, and what an error reply becomes. */
export interface DecoderEvents {
  readonly onReply: (reply: ReplyItem) => void;
  readonly onErrorReply: (error: Error) => void;
  readonly onPush: (reply: ReplyItem) => void;
  readonly errorOf: (message: string) => Error;
}

/** An array that is being read. */
interface OpenArray {
  readonly items: ReplyItem[];
  filled: number;
  readonly isPush: boolean;
}

const INCOMPLETE = Symbol('more bytes are needed');
const OPENED = Symbol('an array begins');
type Read = ReplyItem | typeof INCOMPLETE | typeof OPENED;

const [CR, MINUS, PLUS, ZERO, TRUE] = [...Buffer.from('\r-+0t')] as [number, number, number, number, number];
const LINE_END = 2;
/** `txt:` before the text of a verbatim string. */
const FORMAT = 4;

export class ReplyDecoder {
  private bytes: Buffer = Buffer.alloc(0);
  private at = 0;
  private readonly open: OpenArray[] = [];
  /** The beginning of a value of which `wanted` bytes are needed at least. */
  private kept: Buffer[] = [];
  private keptBytes = 0;
  private wanted = 0;

  constructor(private readonly events: DecoderEvents) {}

  /** @throws Error for a type that is not of the protocol: the connection can't be read on */
  write(chunk: Buffer): void {
    if (!this.begin(chunk)) return;
    while (this.at < this.bytes.length) {
      const start = this.at;
      const value = this.value();
      if (value === INCOMPLETE) return this.keep(start);
      if (value !== OPENED) this.place(value);
    }
  }

  /** @returns false while what has come is known not to be enough */
  private begin(chunk: Buffer): boolean {
    this.at = 0;
    this.bytes = chunk;
    if (this.keptBytes === 0) return true;
    this.kept.push(chunk);
    this.keptBytes += chunk.length;
    if (this.keptBytes < this.wanted) return false;
    this.bytes = Buffer.concat(this.kept, this.keptBytes);
    this.kept = [];
    this.keptBytes = 0;
    return true;
  }

  private keep(start: number): void {
    const rest = this.bytes.subarray(start);
    this.kept = [rest];
    this.keptBytes = rest.length;
    this.wanted = Math.max(this.wanted - start, rest.length + 1);
  }

  /** One value, or the beginning of an array, behind which `at` stands then. */
  private value(): Read {
    this.wanted = 0;
    const type = String.fromCharCode(this.bytes[this.at] ?? 0);
    this.at += 1;
    switch (type) {
      case '$':
        return this.blob(0);
      case ':':
        return this.number();
      case '*':
      case '~':
        return this.array(1, false);
      case '>':
        return this.array(1, true);
      case '%':
        return this.array(2, false);
      default:
        return this.rare(type);
    }
  }

  private rare(type: string): Read {
    switch (type) {
      case '+':
      case ',':
        return this.line();
      case '-':
        return this.error(this.line());
      case '!':
        return this.error(this.blob(0));
      case '_':
        return this.line() === INCOMPLETE ? INCOMPLETE : null;
      case '#':
        return this.boolean();
      case '(':
        return asText(this.line());
      case '=':
        return this.blob(FORMAT);
      default:
        throw new Error(`Unknown RESP type ${type.charCodeAt(0)} "${type}"`);
    }
  }

  private number(): number | typeof INCOMPLETE {
    const { bytes } = this;
    let { at } = this;
    const sign = bytes[at];
    if (sign === MINUS || sign === PLUS) at += 1;
    let number = 0;
    for (; at < bytes.length; at += 1) {
      const byte = bytes[at] ?? CR;
      if (byte === CR) return this.endLine(at) ? (sign === MINUS ? -number : number) : INCOMPLETE;
      number = number * 10 + byte - ZERO;
    }
    return INCOMPLETE;
  }

  /** `at` goes behind the line. @returns false where its last byte is still to come */
  private endLine(end: number): boolean {
    this.at = end + LINE_END;
    return this.at <= this.bytes.length;
  }

  private line(): Buffer | typeof INCOMPLETE {
    const start = this.at;
    const end = this.bytes.indexOf(CR, start);
    return end >= 0 && this.endLine(end) ? this.bytes.subarray(start, end) : INCOMPLETE;
  }

  private boolean(): number | typeof INCOMPLETE {
    const line = this.line();
    return line === INCOMPLETE ? line : line[0] === TRUE ? 1 : 0;
  }

  private error(line: Buffer | null | typeof INCOMPLETE): Error | typeof INCOMPLETE {
    return line === INCOMPLETE ? line : this.events.errorOf(line?.toString() ?? '');
  }

  /** @param skipped bytes at its beginning that are not handed on */
  private blob(skipped: number): Buffer | null | typeof INCOMPLETE {
    const length = this.number();
    if (length === INCOMPLETE) return INCOMPLETE;
    if (length < 0) return null;
    const end = this.at + length;
    this.wanted = end + LINE_END;
    if (this.wanted > this.bytes.length) return INCOMPLETE;
    const text = this.bytes.subarray(this.at + skipped, end);
    this.at = this.wanted;
    return text;
  }

  /** @param each values that one of them is made of: two for an entry of a map */
  private array(each: number, isPush: boolean): Read {
    const length = this.number();
    if (length === INCOMPLETE) return INCOMPLETE;
    if (length < 0) return null;
    if (length === 0 && !isPush) return [];
    if (length === 0) return OPENED; // a push of nothing says nothing
    this.open.push({ items: new Array<ReplyItem>(length * each), filled: 0, isPush });
    return OPENED;
  }

  /** Into the array that is being read, which may be the last that it and those around it wait for. */
  private place(value: ReplyItem): void {
    let placed = value;
    for (let top = this.open.at(-1); top; top = this.open.at(-1)) {
      top.items[top.filled] = placed;
      top.filled += 1;
      if (top.filled < top.items.length) return;
      this.open.pop();
      if (top.isPush) return this.events.onPush(top.items);
      placed = top.items;
    }
    if (placed instanceof Error) this.events.onErrorReply(placed);
    else this.events.onReply(placed);
  }
}

const asText = (line: Buffer | typeof INCOMPLETE): string | typeof INCOMPLETE =>
  line === INCOMPLETE ? line : line.toString();
