import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { after, test } from 'node:test';
import { fingerprint, projects } from './sources.mjs';

const root = mkdtempSync(join(tmpdir(), 'fanfare-sources-'));
after(() => rmSync(root, { recursive: true }));

/**
 * @param {string} file
 * @param {string} [text]
 */
function write(file, text = '') {
  mkdirSync(dirname(join(root, file)), { recursive: true });
  writeFileSync(join(root, file), text);
}

write('apps/api/tsconfig.json');
write('apps/api/src/main.ts');
write('libs/contracts/tsconfig.json');
write('libs/notes/readme.md');

test('what has a tsconfig.json is built', () => {
  assert.deepEqual(projects(root), ['apps/api', 'libs/contracts']);
});

test('the fingerprint changes when a source is edited, touched, added or removed', () => {
  const seen = [fingerprint(root)];
  write('apps/api/src/main.ts', 'edited');
  seen.push(fingerprint(root));
  utimesSync(join(root, 'apps/api/src/main.ts'), 1, 1);
  seen.push(fingerprint(root));
  write('lua/timeline/append.lua');
  seen.push(fingerprint(root));
  rmSync(join(root, 'libs/contracts/tsconfig.json'));
  seen.push(fingerprint(root));
  assert.equal(new Set(seen).size, seen.length);
});

test('what the build makes, and specs, do not change it', () => {
  const before = fingerprint(root);
  write('apps/api/dist/main.js');
  write('apps/api/node_modules/x/index.js');
  write('apps/api/src/main.spec.ts');
  assert.equal(fingerprint(root), before);
});
