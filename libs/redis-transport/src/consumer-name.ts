/**
 * The name under which this replica reads. A consumer that others have not heard of for `forgetAfterMs` and that holds
 * nothing is removed by them; so a replica that was silent for half of that (paused, or cut off) goes on under a new
 * name, and none is ever used again after it may have been removed.
 */
import { randomBytes } from 'node:crypto';

export class ConsumerName {
  private current = newName();
  private touchedAt = performance.now();

  constructor(private readonly forgetAfterMs: number) {}

  /** To be called right before each command that names the consumer. */
  use(): string {
    const now = performance.now();
    if (now - this.touchedAt > this.forgetAfterMs / 2) this.current = newName();
    this.touchedAt = now;
    return this.current;
  }
}

const newName = (): string => `${process.pid}-${randomBytes(8).toString('hex')}`;
