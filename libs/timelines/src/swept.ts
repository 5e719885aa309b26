/** Repeats a call while its script answers SWEEP: very many entries had expired, and one call moves only so many. */

/** More rounds than the largest timeline that may expire at once needs. */
const MAX_ROUNDS = 2100;

export async function untilSwept<R extends { status: string }>(
  call: () => Promise<R>,
): Promise<Exclude<R, { status: 'SWEEP' }>> {
  for (let round = 0; round < MAX_ROUNDS; round += 1) {
    const reply = await call();
    if (reply.status !== 'SWEEP') return reply as Exclude<R, { status: 'SWEEP' }>;
  }
  throw new Error('a timeline still had expired entries to sweep after the most rounds it can need');
}
