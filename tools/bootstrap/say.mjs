// What the tools print while they work. Long steps keep talking, so that nobody has to guess whether they hang.

/** @param {string} line */
export function say(line) {
  process.stdout.write(`${line}\n`);
}

/**
 * Run a step under a heading; while it lasts, say so every few seconds, and at the end how long it took.
 * @template T
 * @param {string} title
 * @param {() => Promise<T>} work
 * @param {number} [everyMs] milliseconds between two signs of life
 * @returns {Promise<T>}
 */
export async function step(title, work, everyMs = 5000) {
  const startedAt = Date.now();
  const seconds = () => ((Date.now() - startedAt) / 1000).toFixed(1);
  say(`${title} …`);
  const ticker = setInterval(() => say(`  still at it after ${seconds()} s`), everyMs);
  try {
    const result = await work();
    say(`  done in ${seconds()} s`);
    return result;
  } finally {
    clearInterval(ticker);
  }
}
