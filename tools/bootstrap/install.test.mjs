import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { refuseOldNode } from './install.mjs';
import { matchesInstalled } from './installed-packages.mjs';

const folder = mkdtempSync(join(tmpdir(), 'fanfare-install-'));
after(() => rmSync(folder, { recursive: true }));

/**
 * A checkout whose lock file asks for `wanted` and where npm says it has installed `installed`.
 * @param {object} wanted
 * @param {object} installed
 */
function checkout(wanted, installed) {
  const root = mkdtempSync(join(folder, 'checkout-'));
  mkdirSync(join(root, 'node_modules'));
  writeFileSync(join(root, 'package-lock.json'), JSON.stringify({ packages: { '': {}, ...wanted } }));
  writeFileSync(join(root, 'node_modules', '.package-lock.json'), JSON.stringify({ packages: installed }));
  return root;
}

test('Node before 20.19 is refused', () => {
  for (const version of ['18.20.0', '20.18.3']) assert.throws(() => refuseOldNode(version), /is too old/);
  for (const version of ['20.19.0', '20.20.2', '22.1.0', '24.0.0']) refuseOldNode(version);
});

test('dependencies count as installed when each is there in the version of the lock file', () => {
  const wanted = { 'node_modules/a': { version: '1.0.0' } };
  assert.equal(matchesInstalled(checkout(wanted, { 'node_modules/a': { version: '1.0.0' } })), true);
  assert.equal(matchesInstalled(checkout(wanted, { 'node_modules/a': { version: '1.0.1' } })), false);
  assert.equal(matchesInstalled(checkout(wanted, {})), false);
});

test('an optional package of another system may be missing', () => {
  const wanted = { 'node_modules/other-os': { version: '1.0.0', optional: true } };
  assert.equal(matchesInstalled(checkout(wanted, {})), true);
});

test('a checkout without node_modules has nothing installed', () => {
  assert.equal(matchesInstalled(join(folder, 'missing')), false);
});
