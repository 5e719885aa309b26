/**
 * Repeats a call while its script answers EARLY: what is to be deleted was made within this millisecond, and epochs carry
 * the time of their making, so what is made anew must be made later.
 */
import { Problem } from '@fanfare/contracts';

const PAUSE_MS = 2;
const MAX_ROUNDS = 50;

/** @throws Problem unavailable where Redis's clock has been set back: it may be deleted when the clock has caught up */
export async function untilLater<R extends { status: string }>(
  call: () => Promise<R>,
): Promise<Exclude<R, { status: 'EARLY' }>> {
  for (let round = 0; round < MAX_ROUNDS; round += 1) {
    const reply = await call();
    if (reply.status !== 'EARLY') return reply as Exclude<R, { status: 'EARLY' }>;
    await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
  }
  throw new Problem('unavailable', "Redis's clock is behind the time at which this was made", { retryAfter: 1 });
}
