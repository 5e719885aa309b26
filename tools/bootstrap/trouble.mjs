// An expected failure: its message is one line that says what is wrong and what to do about it.

/** Thrown for what the person at the terminal can put right; shown without a stack trace. */
export class Trouble extends Error {
  /** @override */
  name = 'Trouble';
}

/**
 * What to print for an error that ends a command: the line of a Trouble, or of the system when it refused something (a
 * full disk, a folder that may not be written), and the whole stack of a defect of ours.
 * @param {unknown} error
 */
export function describe(error) {
  if (!(error instanceof Error)) return String(error);
  return error instanceof Trouble || 'syscall' in error ? error.message : (error.stack ?? error.message);
}
