// The operator's console as an operator sees it: found by roles and names, and judged by axe. Screenshots stay in
// .fanfare/test-artefacts, to be looked at.
import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { workspaceRoot } from '@fanfare/testing';
import type { Browser, Page } from 'playwright-core';

export interface Screen {
  readonly width: number;
  readonly height: number;
  readonly scheme: 'light' | 'dark';
}

/** What an axe run finds; only what is asserted. */
interface Violation {
  readonly id: string;
  readonly impact: 'minor' | 'moderate' | 'serious' | 'critical' | null;
  readonly nodes: readonly { readonly html: string }[];
}

const artefacts = join(workspaceRoot(), '.fanfare', 'test-artefacts');
const axe = readFileSync(join(workspaceRoot(), 'node_modules', 'axe-core', 'axe.min.js'), 'utf8');
const waitMs = 20_000;

export class ConsolePage {
  /** What the page complained about on its own: broken security policy, faults in scripts. */
  readonly complaints: string[] = [];

  private constructor(
    readonly page: Page,
    private readonly url: string,
    private readonly screen: Screen,
  ) {
    page.setDefaultTimeout(waitMs);
    page.on('pageerror', (error) => this.complaints.push(error.message));
    page.on('console', (message) => {
      if (message.text().includes('Content Security Policy')) this.complaints.push(message.text());
    });
  }

  /** In a context of its own, which `close` ends. @param url of the api */
  static async open(browser: Browser, url: string, screen: Screen): Promise<ConsolePage> {
    const { width, height, scheme } = screen;
    const context = await browser.newContext({ viewport: { width, height }, colorScheme: scheme });
    return new ConsolePage(await context.newPage(), url, screen);
  }

  /** @param path below /console */
  async visit(path: string): Promise<void> {
    await this.page.goto(`${this.url}/console${path}`);
  }

  async enterKey(key: string): Promise<void> {
    await this.page.getByLabel('API key').fill(key);
    await this.page.getByRole('button', { name: 'Sign in' }).click();
  }

  /** Signed in, with the page open. */
  async enter(key: string, path = '/'): Promise<void> {
    await this.visit(path);
    await this.enterKey(key);
    await this.page.getByLabel('API key').waitFor({ state: 'detached' });
  }

  /** Where the screen is narrow; elsewhere the navigation is there already. */
  async openMenu(): Promise<void> {
    const button = this.page.getByRole('button', { name: 'Open the menu' });
    if (await button.isVisible()) await button.click();
  }

  /** Everything that was to be read is there. */
  async settled(): Promise<void> {
    await this.page.getByRole('heading', { level: 1 }).waitFor();
    await this.page.getByRole('status', { name: 'Loading' }).first().waitFor({ state: 'detached' });
  }

  /** Findings of axe that are serious or critical. */
  async findings(): Promise<string[]> {
    await this.page.evaluate(axe);
    const violations: readonly Violation[] = await this.page.evaluate('axe.run().then(({ violations }) => violations)');
    return violations
      .filter(({ impact }) => impact === 'serious' || impact === 'critical')
      .map(({ id, impact, nodes }) => `${impact} ${id}: ${nodes.map(({ html }) => html).join(' ')}`);
  }

  /** Pixels that the page is wider than the screen. */
  async overhang(): Promise<number> {
    const width: number = await this.page.evaluate('document.documentElement.scrollWidth');
    return Math.max(0, width - this.screen.width);
  }

  /** The whole page; with a dialog over it what the screen shows. */
  async screenshot(name: string): Promise<void> {
    const fullPage = !(await this.page.getByRole('dialog').isVisible());
    await this.page.evaluate('window.scrollTo(0, 0)');
    mkdirSync(artefacts, { recursive: true });
    const { width, scheme } = this.screen;
    await this.page.screenshot({ path: join(artefacts, `console-${name}-${width}-${scheme}.png`), fullPage });
  }

  async close(): Promise<void> {
    await this.page.context().close();
  }
}
