// `npm start` puts npm, and on some systems a shell, between the terminal and us. When those are ended in a way that does
// not reach us, what we have started must end all the same.

const POLL_MS = 500;

/**
 * Call `action` once when the process that started this one has ended. Only under npm: who runs us by hand in the
 * background may leave the shell.
 * @param {() => void} action
 */
export function whenParentEnds(action) {
  if (process.env['npm_lifecycle_event'] === undefined) return;
  const parent = process.ppid;
  const timer = setInterval(() => {
    if (process.ppid === parent) return;
    clearInterval(timer);
    action();
  }, POLL_MS);
  timer.unref();
}
