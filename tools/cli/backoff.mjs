// How long to wait before trying again: full jitter, so that many clients do not come back at the same moment
// (https://aws.amazon.com/blogs/architecture/exponential-backoff-and-jitter/).

const FIRST_MS = 500;
const MOST_MS = 15_000;

/**
 * @param {number} failures in a row, from 1
 * @param {() => number} [random]
 * @returns {number} milliseconds
 */
export function backoffMs(failures, random = Math.random) {
  return Math.round(random() * Math.min(MOST_MS, FIRST_MS * 2 ** (failures - 1)));
}
