// Of what the children write, the terminal shows what a person must know; all of it is in their log files.

/** From this level on pino's lines are shown: warnings, errors and what ends a process. */
const WARNING = 40;
const LEVELS = /** @type {Record<number, string>} */ ({ 40: 'warning', 50: 'error', 60: 'fatal' });

/**
 * What a service's line says when it is a warning or worse; `undefined` for all others.
 * @param {string} line
 * @returns {string | undefined}
 */
export function warningOfService(line) {
  const entry = parse(line);
  if (!entry || entry.level < WARNING) return undefined;
  return `${LEVELS[entry.level] ?? 'warning'}: ${summary(entry)}`;
}

/**
 * The text of a line whatever its level: of pino's JSON the message, of Redis's what follows process and time.
 * @param {string} line
 */
export function textOf(line) {
  const entry = parse(line);
  return entry ? summary(entry) : line.replace(/^\d+:[A-Z] .{20,30} [*#.-] /, '').trim();
}

/** @param {{ msg?: unknown, err?: { message?: unknown } }} entry */
function summary({ msg, err }) {
  return [...new Set([msg, err?.message])].filter((it) => typeof it === 'string' && it !== '').join(': ');
}

/**
 * @param {string} line
 * @returns {{ level: number, msg?: unknown, err?: { message?: unknown } } | undefined}
 */
function parse(line) {
  if (!line.startsWith('{')) return undefined;
  try {
    const entry = JSON.parse(line);
    return typeof entry.level === 'number' ? entry : undefined;
  } catch {
    return undefined;
  }
}

/**
 * A retry loop may warn many times a second: the same text is let through once in a while only.
 * @param {number} everyMs
 * @param {() => number} [now]
 * @returns {(text: string) => boolean} whether to show it
 */
export function oncePer(everyMs, now = Date.now) {
  /** @type {Map<string, number>} */
  const shownAt = new Map();
  return (text) => {
    const at = now();
    if (at - (shownAt.get(text) ?? -Infinity) < everyMs) return false;
    for (const [old, time] of shownAt) if (at - time >= everyMs) shownAt.delete(old);
    shownAt.set(text, at);
    return true;
  };
}
