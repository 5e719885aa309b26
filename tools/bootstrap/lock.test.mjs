import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { holdLock, withLock } from './lock.mjs';
import { stateFolder } from './paths.mjs';

const LOCK = fileURLToPath(new URL('lock.mjs', import.meta.url));
const fileOf = (/** @type {string} */ name) => join(stateFolder('locks'), name);

test('work under a lock is done one at a time', async () => {
  const name = `test-${randomUUID()}`;
  let inside = 0;
  await Promise.all(
    [1, 2, 3].map(() =>
      withLock(name, async () => {
        assert.equal(++inside, 1);
        await pause(5);
        inside--;
      }),
    ),
  );
  assert.equal(existsSync(fileOf(name)), false);
});

test('who holds a lock is told, and it is free after its release', async () => {
  const name = `test-${randomUUID()}`;
  const first = await holdLock(name);
  assert.ok('release' in first);
  const second = await holdLock(name);
  assert.equal('holder' in second && second.holder.pid, process.pid);
  first.release();
  const third = await holdLock(name);
  assert.ok('release' in third);
  third.release();
});

test('the lock of a process that was killed is taken over', async () => {
  const name = `test-${randomUUID()}`;
  const script = `import { holdLock } from ${JSON.stringify(LOCK)}; await holdLock('${name}'); process.kill(process.pid, 'SIGKILL');`;
  const { signal } = spawnSync(process.execPath, ['--input-type=module', '-e', script]);
  assert.equal(signal, 'SIGKILL');
  assert.ok(existsSync(fileOf(name)));
  const lock = await holdLock(name);
  assert.ok('release' in lock);
  lock.release();
});

test('a later process with the same pid does not count as the holder', async () => {
  const name = `test-${randomUUID()}`;
  writeFileSync(fileOf(name), JSON.stringify({ pid: process.pid, startTime: 'long ago' }));
  const lock = await holdLock(name);
  assert.ok('release' in lock);
  lock.release();
});
