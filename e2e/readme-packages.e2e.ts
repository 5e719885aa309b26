// The JavaScript of README.md does what it says: the backend's block is run by Node, the page's block in Chromium, as they
// stand there but for the address. And the other language's README shows the same examples.
import { allowedOrigin, until, workspaceRoot } from '@fanfare/testing';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { bundle } from './browser/bundle.js';
import { launchChromium } from './browser/chromium.js';
import { StaticSite } from './browser/static-site.js';
import { runProgram } from './shell.js';
import { useStage } from './stage.js';

const stage = useStage();
let folder: string;

beforeAll(() => {
  const parent = join(workspaceRoot(), '.fanfare', 'tests'); // from where the workspace's packages are found
  mkdirSync(parent, { recursive: true });
  folder = mkdtempSync(join(parent, 'readme-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

function blocksOf(file: string, language: string): string[] {
  const text = readFileSync(join(workspaceRoot(), file), 'utf8');
  const block = new RegExp(`^\`\`\`${language}\\n(.*?)^\`\`\``, 'gms');
  return [...text.matchAll(block)].map(([, code = '']) => code);
}

function exampleOf(name: string): string {
  const found = blocksOf('README.md', 'js').find((code) => code.includes(`from '${name}'`));
  if (found === undefined) throw new Error(`README.md has no example of ${name}`);
  return found;
}

/** @returns its path below the root of the workspace */
function written(name: string, code: string): string {
  const file = join(folder, name);
  writeFileSync(file, code);
  return relative(workspaceRoot(), file);
}

test('the example for a backend publishes what it says', async () => {
  const { url } = stage.fanfare.apis[0] ?? {};
  const code = exampleOf('@fanfare/server').replace('http://127.0.0.1:3000', url ?? '');
  const env = { FANFARE_KEY: stage.fanfare.credentials.adminKey };
  const ended = await runProgram(process.execPath, [written('backend.mjs', code)], env);
  expect(ended).toMatchObject({ code: 0, err: '' });
  const { body } = await stage.api.inbox('alice');
  expect(body.messages.map(({ message }) => message.payload)).toContainEqual({ text: 'Your invoice is paid' });
});

test('the example for a page shows a badge and what arrives', async () => {
  const user = stage.name('reader');
  const code = exampleOf('@fanfare/client').replace('wss://push.example.com', stage.gatewayUrl(0));
  const before = `globalThis.showToast = (payload) => document.body.append(payload.text);\n`;
  const site = await StaticSite.open({
    '/index.html':
      '<!doctype html><title>Inbox</title><b id="badge"></b><script type="module" src="/page.js"></script>',
    '/page.js': before + (await bundle(written('page.js', code))),
    '/push-token': await stage.token(user),
  });
  const { hostname } = new URL(allowedOrigin);
  const browser = await launchChromium({ args: [`--host-resolver-rules=MAP ${hostname} 127.0.0.1:${site.port}`] });
  try {
    await stage.api.publish({ to: { user }, payload: { text: 'first' } });
    const page = await browser.newPage();
    await page.goto(`${allowedOrigin}/index.html`);
    const shows = (text: string): Promise<boolean> =>
      page.evaluate<string>('document.body.innerText').then((all) => all.includes(text));
    await until(() => shows('first'), { what: 'what was missed' });
    await stage.api.publish({ to: { user }, payload: { text: 'second' } });
    await until(() => shows('second'), { what: 'what comes now' });
    await until(async () => (await page.textContent('#badge')) === '2', { what: 'the badge' });
  } finally {
    await browser.close();
    await site.close();
  }
}, 90_000);

test.each(['sh', 'js'])('README.zh.md has the same examples in %s', (language) => {
  const examples = blocksOf('README.md', language);
  expect(examples.length).toBeGreaterThan(1);
  expect(blocksOf('README.zh.md', language)).toEqual(examples);
});
