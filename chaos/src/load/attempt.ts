// One call that is repeated until it has a definite answer, or is given up as one whose outcome nobody knows.
import { setTimeout as pause } from 'node:timers/promises';

export interface Outcome<Body> {
  readonly status: number;
  readonly body: Body;
}

/** Neither yes nor no: it may have been done. */
const isOpen = (status: number): boolean => status === 0 || status >= 500 || status === 429;
const BACKOFF_MS = 100;

/** Status 0 where there was no answer at all. */
export async function once<Body>(call: () => Promise<Outcome<Body>>): Promise<Outcome<Body | undefined>> {
  try {
    return await call();
  } catch {
    return { status: 0, body: undefined };
  }
}

/** @returns undefined where `isOver` says that there is no more time */
export async function untilAnswered<Body>(
  call: () => Promise<Outcome<Body>>,
  isOver: () => boolean,
): Promise<Outcome<Body> | undefined> {
  for (let number = 1; !isOver(); number++) {
    const outcome = await once(call);
    if (!isOpen(outcome.status)) return outcome as Outcome<Body>;
    await pause(BACKOFF_MS * Math.min(number, 10) * Math.random());
  }
  return undefined;
}

export { isOpen };
