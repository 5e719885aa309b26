// From when to when one user was entitled to one timeline: any number of stays, each begun by a joining and perhaps ended
// by a leaving. What was sent while one of these was under way may arrive or not.
import type { Span } from './records.js';

interface Stay {
  readonly joined: Span;
  left: Span | undefined;
}

export class Entitlement {
  private readonly stays: Stay[] = [];

  join(joined: Span): void {
    this.stays.push({ joined, left: undefined });
  }

  leave(left: Span): void {
    const last = this.stays.at(-1);
    if (!last || last.left) throw new Error('left without being there');
    last.left = left;
  }

  mustGet(sent: Span): boolean {
    return this.stays.some(({ joined, left }) => joined.to <= sent.from && (!left || sent.to <= left.from));
  }

  mayGet(sent: Span): boolean {
    return this.stays.some(({ joined, left }) => joined.from <= sent.to && (!left || sent.from <= left.to));
  }
}
