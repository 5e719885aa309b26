import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { findChromium } from './chromium.mjs';

const folder = mkdtempSync(join(tmpdir(), 'fanfare-chromium-'));
after(() => rmSync(folder, { recursive: true }));

/**
 * @param {string} name
 * @param {string} says
 */
function program(name, says) {
  const file = join(folder, name);
  writeFileSync(file, `#!/bin/sh\necho '${says}'\n`, { mode: 0o755 });
  return file;
}

test('the browser that is named is taken, and one that does not run is said by name', async () => {
  const named = program('mine', 'Chromium 150.0');
  assert.equal(await findChromium({ FANFARE_TEST_CHROMIUM: named, PATH: '' }), named);
  const broken = program('broken', 'not a browser');
  await assert.rejects(findChromium({ FANFARE_TEST_CHROMIUM: broken, PATH: '' }), {
    message: `FANFARE_TEST_CHROMIUM is ${broken}, which does not run`,
  });
});

test('else the one on the PATH', async () => {
  const chrome = program('google-chrome', 'Google Chrome 150.0');
  assert.equal(await findChromium({ PATH: `${join(folder, 'missing')}:${folder}` }), chrome);
});
