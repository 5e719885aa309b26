// The gateway's native writes are built where there is a compiler, and done without where not.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { fileURLToPath } from 'node:url';

const here = fileURLToPath(new URL('../..', import.meta.url));
const [native, built] = ['apps/push-gateway/native', 'apps/push-gateway/native/dist/write-each.node'];
const folder = mkdtempSync(join(tmpdir(), 'fanfare-native-'));
after(() => rmSync(folder, { recursive: true, force: true }));
const hasCompiler = spawnSync('cc', ['--version']).status === 0;

/** A workspace of nothing but what the build reads. */
function workspace() {
  const root = mkdtempSync(join(folder, 'root-'));
  mkdirSync(join(root, native), { recursive: true });
  for (const path of [`${native}/write-each.c`, 'tools/native', 'node_modules/node-api-headers']) {
    cpSync(join(here, path), join(root, path), { recursive: true });
  }
  return root;
}

/** @param {string} root @param {string[]} args @param {string} [path] */
function build(root, args, path = process.env.PATH) {
  const main = join(root, 'tools', 'native', 'main.mjs');
  const { status, stdout, stderr } = spawnSync(process.execPath, [main, ...args], {
    encoding: 'utf8',
    env: { ...process.env, PATH: path },
  });
  return { status, said: stdout + stderr, isBuilt: existsSync(join(root, built)) };
}

test('with a compiler it is built', { skip: !hasCompiler && 'NOT TESTED: there is no C compiler' }, () => {
  const { status, said, isBuilt } = build(workspace(), ['--required']);
  assert.deepEqual({ status, isBuilt }, { status: 0, isBuilt: true });
  assert.match(said, /^built apps\/push-gateway\/native\/dist\/write-each\.node/);
});

test('without one it says so, what was built before is gone, and only where it is required that is an error', () => {
  const root = workspace();
  mkdirSync(join(root, native, 'dist'));
  writeFileSync(join(root, built), 'old');
  const { status, said, isBuilt } = build(root, [], folder);
  assert.deepEqual({ status, isBuilt }, { status: 0, isBuilt: false });
  assert.match(
    said,
    /^note: .*there is no C compiler `cc` \(Debian: the packages gcc and libc6-dev\)\. It works without them/,
  );
  assert.equal(build(root, ['--required'], folder).status, 1);
});

test('what does not compile is told', { skip: !hasCompiler && 'NOT TESTED: there is no C compiler' }, () => {
  const root = workspace();
  writeFileSync(join(root, native, 'write-each.c'), 'no C\n');
  const { status, said } = build(root, ['--required']);
  assert.equal(status, 1);
  assert.match(said, /the compiler said: .*write-each\.c:1/);
});

test('it explains itself', () => {
  assert.match(build(workspace(), ['--help']).said, /^Usage: node tools\/native\/main\.mjs/);
  assert.equal(build(workspace(), ['--what']).status, 2);
});
