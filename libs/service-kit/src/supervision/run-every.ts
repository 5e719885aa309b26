/** Work that is done again and again for as long as the process lives, and never twice at once. */
export interface Loop {
  /** No further run begins; resolves when the one under way has ended. Never rejects. */
  stop(): Promise<void>;
}

/**
 * Runs `task` at once and then `ms` after the end of each run.
 *
 * @param task is given a signal that is aborted by `stop`; what it throws goes to `onError` and ends nothing
 */
export function runEvery(
  ms: number,
  task: (signal: AbortSignal) => Promise<unknown>,
  onError: (error: unknown) => void,
): Loop {
  const stopping = new AbortController();
  let timer: NodeJS.Timeout | undefined;
  let underway = Promise.resolve();
  const run = (): void => {
    underway = Promise.resolve()
      .then(() => task(stopping.signal))
      .catch((error: unknown) => {
        if (!stopping.signal.aborted) onError(error);
      })
      .then(() => {
        if (!stopping.signal.aborted) timer = setTimeout(run, ms);
      });
  };
  run();
  return {
    stop: () => {
      stopping.abort();
      clearTimeout(timer);
      return underway;
    },
  };
}
