/** How times are shown: to the second in the browser's own zone, and how long ago beside it. */
const LOCALE = 'en-GB';
const clock = new Intl.DateTimeFormat(LOCALE, { hour: '2-digit', minute: '2-digit', second: '2-digit' });
const day = new Intl.DateTimeFormat(LOCALE, { day: '2-digit', month: 'short', year: 'numeric' });

const SECOND = 1_000;
const STEPS = [
  ['d', 86_400 * SECOND],
  ['h', 3_600 * SECOND],
  ['min', 60 * SECOND],
  ['s', SECOND],
] as const;

export const timeOfDay = (ms: number): string => clock.format(ms);
export const dateAndTime = (ms: number): string => `${day.format(ms)}, ${clock.format(ms)}`;

/** 90,000 as "1 min"; below a second "0 s". */
export function duration(ms: number): string {
  for (const [unit, size] of STEPS) {
    if (ms >= size) return `${Math.floor(ms / size)} ${unit}`;
  }
  return '0 s';
}

export function relative(ms: number, now = Date.now()): string {
  if (Math.abs(now - ms) < SECOND) return 'just now';
  return ms > now ? `in ${duration(ms - now)}` : `${duration(now - ms)} ago`;
}
