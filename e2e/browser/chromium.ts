// A Chromium for suites that look at what browsers do: the system's, headless, with a profile of its own that is gone
// with it. FANFARE_CHROMIUM names another binary.
import { existsSync } from 'node:fs';
import { type Browser, chromium } from 'playwright-core';

const binary = process.env['FANFARE_CHROMIUM'] ?? '/usr/bin/chromium';

/** Nothing that calls out by itself. */
const quiet = [
  ...['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-dev-shm-usage'],
  ...['--disable-background-networking', '--disable-component-update', '--disable-sync'],
];

export interface ChromiumOptions {
  /** More arguments of the command line. */
  readonly args?: readonly string[];
}

/** The caller closes it. @throws where there is none, saying what to install */
export async function launchChromium({ args = [] }: ChromiumOptions = {}): Promise<Browser> {
  if (!existsSync(binary)) {
    throw new Error(`There is no Chromium at ${binary}: install it (Debian: apt install chromium), or name another
binary with FANFARE_CHROMIUM.`);
  }
  return chromium.launch({ executablePath: binary, headless: true, args: [...quiet, ...args] });
}

/** Opens a browser before the tests of this file and closes it after them. */
export function useChromium(options: ChromiumOptions = {}): { readonly browser: Browser } {
  let browser: Browser | undefined;
  beforeAll(async () => {
    browser = await launchChromium(options);
  }, 60_000);
  afterAll(() => browser?.close(), 30_000);
  return {
    get browser() {
      if (!browser) throw new Error('Chromium is not open; did it fail to start?');
      return browser;
    },
  };
}
