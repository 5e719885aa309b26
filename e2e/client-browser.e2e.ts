// The client library in Chromium: what holds in Node holds in a page, with localStorage to keep positions in.
import { allowedOrigin, FaultProxy, until } from '@fanfare/testing';
import type { Browser, Page } from 'playwright-core';
import { everyTarget, makeGroup } from './acts.js';
import { bundle } from './browser/bundle.js';
import { launchChromium } from './browser/chromium.js';
import { StaticSite } from './browser/static-site.js';
import { Cutter, seeded } from './cuts/cutter.js';
import { Feed, type Place } from './cuts/feed.js';
import { faultless, judge, type Judgement } from './cuts/judgement.js';
import { useStage } from './stage.js';

const seed = Number(process.env['FANFARE_TEST_SEED'] ?? 20_261_121);
const stage = useStage();
let site: StaticSite | undefined;
let browser: Browser | undefined;
let proxy: FaultProxy;

/** What listeners got is kept as an app would keep it: at once, so that it outlives the page. */
const script = `
import { Fanfare } from '/client.js';
globalThis.handed = Number(localStorage.getItem('handed') ?? 0);
globalThis.newest = {};
globalThis.start = ({ url, token, forgets }) => {
  const retry = { baseMs: 10, capMs: 100 };
  globalThis.client = new Fanfare({ url, token: () => token, retry, ...(forgets && { storage: null }) });
  client.on('message', ({ timeline, offset, payload }) => {
    if (offset === undefined) return;
    localStorage.setItem('handed ' + handed, JSON.stringify({ timeline, offset, payload: payload.slice(0, 12) }));
    localStorage.setItem('handed', String((handed += 1)));
    newest[timeline] = offset;
  });
  client.connect();
};
globalThis.everything = () => Array.from({ length: handed }, (_, index) => JSON.parse(localStorage.getItem('handed ' + index)));
`;

beforeAll(async () => {
  const page = `<!doctype html><title>Client</title><script type="module">${script}</script>`;
  site = await StaticSite.open({ '/index.html': page, '/client.js': await bundle('libs/client/src/index.ts') });
  // The page has to come from the origin that the gateway lets in; nothing leaves this machine for that.
  const { hostname } = new URL(allowedOrigin);
  browser = await launchChromium({ args: [`--host-resolver-rules=MAP ${hostname} 127.0.0.1:${site.port}`] });
}, 60_000);
afterAll(async () => {
  await browser?.close();
  await site?.close();
}, 30_000);
beforeEach(async () => {
  proxy = await FaultProxy.open({ port: Number(new URL(stage.gatewayUrl(0)).port) });
});
afterEach(() => proxy.close());

interface Making {
  readonly token: string;
  /** Keeps no position beyond the page. */
  readonly forgets: boolean;
}

async function load(page: Page, making: Making): Promise<void> {
  await page.goto(`${allowedOrigin}/index.html`);
  await page.waitForFunction('globalThis.start');
  await page.evaluate(`start(${JSON.stringify({ ...making, url: `ws://127.0.0.1:${proxy.port}` })})`);
  await page.waitForFunction("client.status === 'live'");
}

/** So many cuts under a steady stream; every so often the page is loaded again, as a user does, without a goodbye. */
async function ordeal(cuts: number, reloadEvery: number, forgets = false): Promise<Judgement> {
  const [user, group] = [stage.name('alice'), stage.name('eng')];
  await makeGroup(stage.api, group, user);
  const making = { token: await stage.token(user), forgets };
  if (!browser) throw new Error('Chromium is not open; did it fail to start?');
  const context = await browser.newContext();
  try {
    const page = await context.newPage();
    await load(page, making);
    const feed = new Feed(stage.api, everyTarget(user, group));
    const cutter = new Cutter(proxy, seeded(seed));
    for (let number = 1; number <= cuts; number++) {
      await cutter.cut();
      const count = (): Promise<number> => page.evaluate<number>('handed');
      const wanted = (await count()) + cutter.below(6);
      const what = `a message after cut ${number} (seed ${seed})`;
      if (cutter.below(3) > 0) await until(async () => (await count()) >= wanted, { what, everyMs: 2 });
      if (number % reloadEvery === 0) await load(page, making);
    }
    await feed.stop();
    const newest = Object.fromEntries(feed.accepted.map((place) => [place.timeline, place.offset]));
    await page.waitForFunction(
      `Object.entries(${JSON.stringify(newest)}).every(([timeline, offset]) => newest[timeline] >= offset)`,
    );
    return judge(feed.accepted, await page.evaluate<Place[]>('everything()'));
  } finally {
    await context.close();
  }
}

test('500 cuts at random moments lose nothing, repeat nothing, and disorder nothing', async () => {
  expect(await ordeal(500, 100)).toEqual(faultless);
}, 240_000);

test('control: a page that keeps no position hands on repeats after it was loaded again', async () => {
  const { repeated } = await ordeal(20, 10, true);
  expect(repeated).not.toEqual([]);
}, 90_000);
