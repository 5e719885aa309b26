/** How numbers are shown: the same everywhere, whatever the browser's language, as the page is in English. */
const LOCALE = 'en-GB';
const whole = new Intl.NumberFormat(LOCALE);
const short = new Intl.NumberFormat(LOCALE, { notation: 'compact', maximumFractionDigits: 1 });

export const count = (value: number): string => whole.format(value);
/** 12,300 as 12.3K: for tiles and axes. */
export const compact = (value: number): string => short.format(value);

export function counted(value: number, one: string, many = `${one}s`): string {
  return `${count(value)} ${value === 1 ? one : many}`;
}

const UNITS = ['B', 'KiB', 'MiB', 'GiB', 'TiB'] as const;

export function bytes(value: number): string {
  let amount = value;
  let unit = 0;
  while (amount >= 1024 && unit < UNITS.length - 1) {
    amount /= 1024;
    unit += 1;
  }
  return `${unit === 0 || amount >= 100 ? Math.round(amount) : amount.toFixed(1)} ${UNITS[unit] ?? ''}`;
}

export function milliseconds(value: number): string {
  if (value === 0) return '0 ms';
  if (value < 1) return `${Math.round(value * 1000)} µs`;
  return `${value < 100 ? value.toFixed(1) : count(Math.round(value))} ms`;
}

export function rate(value: number): string {
  if (value === 0) return '0';
  return value < 10 ? value.toFixed(1) : compact(Math.round(value));
}
