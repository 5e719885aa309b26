import { mkdtempSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Fastify, { type FastifyInstance } from 'fastify';
import { type PageSettings, refuseOpenDemo, servePages } from './serve-pages.js';

const settings: PageSettings = {
  adminKey: 'the-key',
  demo: false,
  host: '127.0.0.1',
  publicGatewayUrl: 'wss://push.example.com/path',
};
let folder: string;
const started: FastifyInstance[] = [];

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'pages-'));
  for (const name of ['console', 'demo']) {
    mkdirSync(join(folder, name, 'assets'), { recursive: true });
    writeFileSync(join(folder, name, 'index.html'), `<title>${name}</title>`);
    writeFileSync(join(folder, name, 'assets', 'index-4711.js'), 'run()');
    writeFileSync(join(folder, name, 'icon.svg'), '<svg/>');
  }
  writeFileSync(join(folder, 'secret'), 'outside');
});
afterEach(async () => {
  for (const one of started.splice(0)) await one.close();
  rmSync(folder, { recursive: true });
});

function get(path: string, more: Partial<PageSettings> = {}, headers: Record<string, string> = {}) {
  const fastify = Fastify();
  started.push(fastify);
  const app = { getHttpAdapter: () => ({ getInstance: () => fastify }) } as never;
  const folders = { console: join(folder, 'console'), demo: join(folder, 'demo') };
  servePages(app, { ...settings, ...more }, folders);
  return fastify.inject({ url: path, headers: { host: '127.0.0.1:3000', ...headers } });
}

test.each(['/console/', '/console/users/alice', '/console/users/a.b%40example.com', '/console/index.html'])(
  '%s answers the page, which reads the path itself, never from a cache unasked',
  async (path) => {
    const { statusCode, headers, body } = await get(path);
    expect([statusCode, body]).toEqual([200, '<title>console</title>']);
    expect(headers['content-type']).toMatch(/^text\/html/);
    expect(headers['cache-control']).toBe('no-cache');
  },
);

test('the page may run its own files and reach the gateway, and may not be framed', async () => {
  const { headers } = await get('/console/');
  const policy = String(headers['content-security-policy']);
  for (const part of ["default-src 'none'", "script-src 'self'", "connect-src 'self' wss://push.example.com;"]) {
    expect(policy).toContain(part);
  }
  expect(policy).not.toMatch(/unsafe|\*/);
  expect(headers).toMatchObject({
    'x-content-type-options': 'nosniff',
    'x-frame-options': 'DENY',
    'referrer-policy': 'no-referrer',
  });
});

test('assets are cached for good, other files are not; an asset that is not there is no page', async () => {
  const asset = await get('/console/assets/index-4711.js');
  expect([asset.statusCode, asset.body]).toEqual([200, 'run()']);
  expect(asset.headers['cache-control']).toBe('public, max-age=31536000, immutable');
  expect(asset.headers['content-type']).toMatch(/javascript/);
  expect((await get('/console/icon.svg')).headers['cache-control']).toBe('no-cache');
  const missing = await get('/console/assets/index-old.js');
  expect(missing.statusCode).toBe(404);
  expect(missing.json()).toMatchObject({ code: 'not_found' });
});

test('nothing outside of the page is served', async () => {
  for (const path of ['/console/..%2fsecret', '/console/%2e%2e/secret', '/console/assets/..%2f..%2f..%2fsecret']) {
    expect((await get(path)).body).not.toContain('outside');
  }
});

test('without the slash it is found by it; where it is not built, that is said', async () => {
  const { statusCode, headers } = await get('/console');
  expect([statusCode, headers.location]).toEqual([308, '/console/']);
  rmSync(join(folder, 'console'), { recursive: true });
  const unbuilt = await get('/console/users');
  expect(unbuilt.statusCode).toBe(404);
  expect(unbuilt.json<{ detail: string }>().detail).toContain('nx run @fanfare/console:build');
});

test('without the setting there is no demo, and nothing of it; it is said how to turn it on', async () => {
  for (const path of ['/demo', '/demo/', '/demo/config.json', '/demo/assets/index-4711.js']) {
    const answer = await get(path);
    expect(answer.statusCode).toBe(404);
    expect(answer.json<{ detail: string }>().detail).toContain('FANFARE_DEMO=true');
    expect(answer.body).not.toContain('the-key');
  }
});

test('with it the demo is there, with what it needs to know', async () => {
  const demo = { demo: true };
  expect((await get('/demo/', demo)).body).toBe('<title>demo</title>');
  const config = await get('/demo/config.json', demo, { 'sec-fetch-site': 'same-origin' });
  expect(config.json()).toEqual({ api: '', gateway: settings.publicGatewayUrl, key: 'the-key' });
  expect(config.headers['cache-control']).toBe('no-store');
});

test('other sites do not get the key: neither across sites nor by a name of theirs that points here', async () => {
  const demo = { demo: true };
  for (const headers of [
    { 'sec-fetch-site': 'cross-site' },
    { 'sec-fetch-site': 'same-site' },
    { host: 'evil.test' },
  ]) {
    const answer = await get('/demo/config.json', demo, headers);
    expect(answer.statusCode).toBe(403);
    expect(answer.body).not.toContain('the-key');
  }
});

test('the demo is refused where others can reach it', () => {
  for (const host of ['0.0.0.0', '::', '10.0.0.1', '127.0.0.1.evil.test']) {
    expect(() => refuseOpenDemo({ ...settings, demo: true, host })).toThrow(`not ${host}`);
    expect(() => refuseOpenDemo({ ...settings, host })).not.toThrow();
  }
  for (const host of ['127.0.0.1', 'localhost', '::1', '127.8.0.1']) {
    expect(() => refuseOpenDemo({ ...settings, demo: true, host })).not.toThrow();
  }
});
