/** What a `Fanfare` is made with, checked at once: a wrong option is named before the first call. */

export interface FanfareOptions {
  /** Where the API answers: `http://127.0.0.1:3000`. A path is kept as a prefix. */
  readonly url: string;
  /** The API key. */
  readonly key: string | undefined;
  /** How long one attempt may take, in ms; 10,000 by default. */
  readonly timeoutMs?: number;
  /** How often a call is repeated that failed and may be repeated; 3 by default, 0 for never. */
  readonly retries?: number;
  /** Instead of the built-in one: for tests, proxies, tracing. */
  readonly fetch?: typeof fetch;
}

export interface Settings {
  readonly url: string;
  readonly key: string;
  readonly timeoutMs: number;
  readonly retries: number;
  readonly fetch: typeof fetch;
}

const DEFAULT_TIMEOUT_MS = 10_000;
const DEFAULT_RETRIES = 3;
const MAX_RETRIES = 20;
/** Timers hold no more. */
const MAX_TIMEOUT_MS = 2 ** 31 - 1;

/** @throws TypeError that says which option is wrong, and what it has to be */
export function checkOptions(options: FanfareOptions): Settings {
  const { url, key, timeoutMs = DEFAULT_TIMEOUT_MS, retries = DEFAULT_RETRIES } = options;
  if (!isAddress(url)) refuse('url', 'the address of the API, such as http://127.0.0.1:3000', url);
  if (!isKey(key)) throw new TypeError('Fanfare: `key` has to be the API key: visible ASCII characters, not empty');
  checkTimeout(timeoutMs);
  checkRetries(retries);
  // Looked up at each call: who replaces the global fetch later (tracing) is heard.
  const given = options.fetch ?? ((...call: Parameters<typeof fetch>) => fetch(...call));
  return { url: url.replace(/\/+$/, ''), key, timeoutMs, retries, fetch: given };
}

export function checkTimeout(timeoutMs: number): void {
  if (!(timeoutMs > 0 && timeoutMs <= MAX_TIMEOUT_MS)) refuse('timeoutMs', 'milliseconds above 0', timeoutMs);
}

export function checkRetries(retries: number): void {
  const isCount = Number.isInteger(retries) && retries >= 0 && retries <= MAX_RETRIES;
  if (!isCount) refuse('retries', `a whole number from 0 to ${MAX_RETRIES}`, retries);
}

function isAddress(url: unknown): url is string {
  if (typeof url !== 'string' || !/^https?:\/\//.test(url) || !URL.canParse(url)) return false;
  const { search, hash, username, password } = new URL(url);
  return search === '' && hash === '' && username === '' && password === '';
}

const isKey = (key: unknown): key is string => typeof key === 'string' && /^[\x21-\x7e]+$/.test(key);

function refuse(option: string, wanted: string, given: unknown): never {
  throw new TypeError(`Fanfare: \`${option}\` has to be ${wanted}; it is ${JSON.stringify(given) ?? 'undefined'}`);
}
