/**
 * One link as its node sees it: which partition epoch and sequence came last, and whether anything was missed.
 *
 * States: whole (each publication was the successor of the last) or gapped (something was missed; stays so until
 * `restart`, after the node has registered again what it holds there).
 */
import type { PartitionKeys } from '@fanfare/redis-scripts';

export interface LinkCheck {
  readonly fence: string;
  readonly sequence: number;
  /** What Redis has registered for the node in this partition. */
  readonly holdings: number;
}

interface Waiter {
  readonly fence: string;
  readonly sequence: number;
  readonly resolve: () => void;
}

export class PartitionLink {
  private waiters: Waiter[] = [];
  private fence: string | undefined;
  private sequence = 0;
  private wasCountWrong = false;
  private gapped = false;
  /** How often something was missed: tells a repair whether more was missed meanwhile. */
  misses = 0;

  constructor(readonly home: PartitionKeys) {}

  get isGapped(): boolean {
    return this.gapped;
  }

  get lastSequence(): number {
    return this.sequence;
  }

  /** Whether the publication is the next one; otherwise the link is gapped from now on. */
  accept(fence: string, sequence: number): boolean {
    const isNext = sequence === this.sequence + 1 && (this.fence === undefined || this.fence === fence);
    if (!isNext) this.markGap();
    this.fence = fence;
    this.sequence = sequence;
    if (this.waiters.length > 0) this.settle(({ fence, sequence }) => this.hasReceived(fence, sequence));
    return isNext;
  }

  /** Whether everything has come that Redis had published under that epoch up to that sequence. */
  hasReceived(fence: string, sequence: number): boolean {
    return (this.fence === undefined || this.fence === fence) && this.hasReached(sequence);
  }

  /** Resolves when that is so, or when something was missed. */
  whenReceived(fence: string, sequence: number): Promise<void> {
    return new Promise((resolve) => this.waiters.push({ fence, sequence, resolve }));
  }

  get isAwaited(): boolean {
    return this.waiters.length > 0;
  }

  /** Whoever waits goes on. */
  release(): void {
    this.settle(() => true);
  }

  /** Whether the sequence that Redis reported has been reached. */
  hasReached(sequence: number): boolean {
    return this.sequence >= sequence;
  }

  /**
   * Compares with what Redis says now, except for the sequence, which may still be on its way. A count is believed to be
   * wrong when it differs twice, because registrations may be on their way too.
   */
  compare(check: LinkCheck, held: number): boolean {
    const isCountWrong = check.holdings !== held;
    const isWrong = isCountWrong && this.wasCountWrong;
    this.wasCountWrong = isCountWrong;
    const isOther = this.fence !== undefined && this.fence !== check.fence;
    if (isOther || isWrong) this.markGap();
    this.fence ??= check.fence;
    return !this.gapped;
  }

  markGap(): void {
    this.gapped = true;
    this.misses += 1;
    this.release();
  }

  /**
   * Begins anew from what Redis said before the node registered again: what came later is the successor.
   *
   * @param misses as they were before Redis was asked: where more was missed since, the link stays gapped
   */
  restart(check: LinkCheck, misses: number): void {
    const isSame = this.fence === check.fence;
    this.sequence = isSame ? Math.max(this.sequence, check.sequence) : check.sequence;
    this.fence = check.fence;
    this.wasCountWrong = false;
    this.gapped = this.misses !== misses;
  }

  private settle(isDone: (waiter: Waiter) => boolean): void {
    const { waiters } = this;
    this.waiters = waiters.filter((waiter) => !isDone(waiter));
    for (const waiter of waiters) if (isDone(waiter)) waiter.resolve();
  }
}
