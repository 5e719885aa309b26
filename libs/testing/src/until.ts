// Waiting for a condition instead of sleeping: every wait of a test has a deadline, and an error that says what it was
// waiting for and why the last look was not good enough.

export interface UntilOptions {
  /** Words that complete "waited for …". */
  readonly what: string;
  readonly deadlineMs?: number;
  readonly everyMs?: number;
}

/** Not a time that anything may take, but when to give up: several suites at once share two cores. */
export const defaultDeadlineMs = 20_000;

type Falsy = false | null | undefined | 0 | '';

/** Resolves to the first truthy value of `condition`. A throw counts as "not yet" and becomes the cause at the deadline. */
export async function until<T>(condition: () => T | Promise<T>, options: UntilOptions): Promise<Exclude<T, Falsy>> {
  const { what, deadlineMs = defaultDeadlineMs, everyMs = 25 } = options;
  const deadline = performance.now() + deadlineMs;
  for (;;) {
    const look = await attempt(condition);
    if (look.value) return look.value as Exclude<T, Falsy>;
    if (performance.now() >= deadline) {
      throw new Error(`waited ${deadlineMs} ms in vain for ${what}`, { cause: look.error });
    }
    await pause(everyMs);
  }
}

/** Resolves when `condition` has been true at every look for `forMs`; rejects at the first look at which it is not. */
export async function holds(
  condition: () => boolean | Promise<boolean>,
  options: { readonly what: string; readonly forMs: number; readonly everyMs?: number },
): Promise<void> {
  const { what, forMs, everyMs = 100 } = options;
  const start = performance.now();
  for (;;) {
    const elapsed = performance.now() - start;
    if (!(await condition())) throw new Error(`after ${Math.round(elapsed)} ms it was no longer true: ${what}`);
    if (elapsed >= forMs) return;
    await pause(everyMs);
  }
}

async function attempt<T>(condition: () => T | Promise<T>): Promise<{ value?: T; error?: unknown }> {
  try {
    return { value: await condition() };
  } catch (error) {
    return { error };
  }
}

/** Between two looks only; a test that calls this by itself is waiting for nothing in particular. */
function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

/** Settles as `promise` does, or rejects with `message()` once `deadlineMs` have passed. */
export async function withDeadline<T>(promise: Promise<T>, deadlineMs: number, message: () => string): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(message())), deadlineMs);
  });
  try {
    return await Promise.race([promise, late]);
  } finally {
    clearTimeout(timer);
  }
}
