import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { parseStanza } from './apt.mjs';
import { dockerArguments } from './redis-container.mjs';
import { findInPackages } from './redis-from-packages.mjs';
import { findOnPath } from './redis-on-path.mjs';
import { isRecentEnough, versionIn, versionOf } from './redis-version.mjs';

const folder = mkdtempSync(join(tmpdir(), 'fanfare-redis-'));
after(() => rmSync(folder, { recursive: true }));

/**
 * A folder for PATH with a program that says it is this server.
 * @param {string} name
 * @param {string} says
 */
function folderWith(name, says) {
  const path = mkdtempSync(join(folder, 'bin-'));
  writeFileSync(join(path, name), `#!/bin/sh\necho '${says}'\n`, { mode: 0o755 });
  return path;
}

test('the versions of Redis and Valkey are read, and Debian ones compared with their epoch left out', () => {
  assert.equal(versionIn('Redis server v=7.0.15 sha=00000000:0 malloc=jemalloc-5.3.0 bits=64'), '7.0.15');
  assert.equal(versionIn('Valkey server v=8.1.1 sha=00000000:0 malloc=jemalloc-5.3.0 bits=64'), '8.1.1');
  assert.equal(versionIn('some other server'), undefined);
  assert.deepEqual(['6.2.14', '7.0.0', '5:6.0.16-1ubuntu1', '5:7.0.15-1', '10.0.0'].map(isRecentEnough), [
    false,
    true,
    false,
    true,
    true,
  ]);
});

test('a server on PATH is taken when it is recent enough', async () => {
  const path = folderWith('redis-server', 'Redis server v=7.4.1 sha=0');
  const { found } = await findOnPath(path);
  assert.equal(found?.command, join(path, 'redis-server'));
  assert.equal(found?.version, '7.4.1');
});

test('one that is too old is passed over for another, Valkey included', async () => {
  const old = folderWith('redis-server', 'Redis server v=6.2.14 sha=0');
  const recent = folderWith('valkey-server', 'Valkey server v=8.0.2 sha=0');
  const { found, tooOld } = await findOnPath(`${old}:${recent}`);
  assert.equal(found?.command, join(recent, 'valkey-server'));
  assert.deepEqual(tooOld, [`${join(old, 'redis-server')} is 6.2.14`]);
});

test('what is on PATH under that name but is no server is passed over', async () => {
  mkdirSync(join(folder, 'odd', 'redis-server'), { recursive: true });
  const path = [folderWith('redis-server', 'hello'), join(folder, 'odd'), join(folder, 'missing'), ''].join(':');
  assert.deepEqual(await findOnPath(path), { tooOld: [] });
});

test('without one on PATH the packages of this system give one that runs', async (t) => {
  const { found, why } = await findInPackages();
  if (why === 'this is no Debian or Ubuntu') return t.skip(why);
  assert.ok(found, why);
  assert.equal(await versionOf(found.command, found.env), found.version);
});

test('the first of alternative dependencies counts, without version or architecture', () => {
  const stanza =
    'Package: redis-tools\nVersion: 5:7.0.15-1\nPre-Depends: a (>= 1)\nDepends: libc6 (>= 2.34), b:any | c, d';
  assert.deepEqual(parseStanza(stanza), {
    name: 'redis-tools',
    version: '5:7.0.15-1',
    depends: ['a', 'libc6', 'b', 'd'],
  });
});

test('a container gets the port on loopback and the data folder at its own path', () => {
  const args = dockerArguments(['--port', '6390', '--dir', folder], 'fanfare-redis-6390');
  assert.ok(args.includes(`${folder}:${folder}`));
  const reach = process.platform === 'linux' ? ['--network', 'host'] : ['--publish', '127.0.0.1:6390:6390'];
  assert.equal(args[args.indexOf(/** @type {string} */ (reach[0])) + 1], reach[1]);
});
