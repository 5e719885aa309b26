import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { holdLock } from '../bootstrap/lock.mjs';
import { freePort, Observed } from './fixtures/observed.mjs';

const MAIN = fileURLToPath(new URL('main.mjs', import.meta.url));

/**
 * Run `npm start` until it ends by itself.
 * @param {NodeJS.ProcessEnv} env
 * @param {...string} args
 */
async function start(env, ...args) {
  const run = new Observed(process.execPath, [MAIN, ...args], env);
  const code = await run.ended;
  return { code, output: run.output };
}

test('a port setting that is none ends it with one line and exit code 1', async () => {
  const { code, output } = await start({ GATEWAY_PORT: 'x' });
  assert.equal(code, 1);
  assert.equal(output, 'GATEWAY_PORT is "x", which is no port: set it to a number from 1 to 65535.\n');
});

test('a second run in the same checkout ends with one line that names the first', async () => {
  const lock = await holdLock('start');
  const holder = 'holder' in lock ? lock.holder.pid : process.pid; // somebody may be running it here
  const { code, output } = await start({});
  if ('release' in lock) lock.release();
  assert.equal(code, 1);
  assert.equal(output, `npm start runs already in this checkout, as process ${holder}: end that one first.\n`);
});

test('an option that does not exist ends it with one line, and --help with the settings', async () => {
  const wrong = await start({}, '--bogus');
  assert.equal(wrong.code, 1);
  assert.match(wrong.output, /^Unknown option '--bogus'.*Try --help\.\n$/s);
  const help = await start({}, '--help');
  assert.equal(help.code, 0);
  for (const name of ['FANFARE_REDIS_URL', 'API_PORT', 'GATEWAY_PORT', 'PRESENCE_PORT']) {
    assert.ok(help.output.includes(name));
  }
});

test('a Redis of somebody else that does not answer ends it with one line', async (t) => {
  const lock = await holdLock('start');
  if ('holder' in lock) return t.skip('npm start runs in this checkout');
  lock.release();
  const ports = { API_PORT: await freePort(), GATEWAY_PORT: await freePort(), PRESENCE_PORT: await freePort() };
  const port = await freePort();
  const env = Object.fromEntries(Object.entries(ports).map(([name, value]) => [name, String(value)]));
  const { code, output } = await start({ ...env, FANFARE_REDIS_URL: `redis://127.0.0.1:${port}` });
  assert.equal(code, 1);
  assert.match(output, new RegExp(`^Nothing listens at 127\\.0\\.0\\.1:${port}, the address in FANFARE_REDIS_URL`));
});
