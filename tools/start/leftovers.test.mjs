import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { isAlive, until } from './fixtures/observed.mjs';
import { endLeftovers, noteChildren } from './leftovers.mjs';

const folder = mkdtempSync(join(tmpdir(), 'fanfare-leftovers-'));
after(() => rmSync(folder, { recursive: true }));

/** A process in a group of its own that runs until it is ended. */
function sleeper() {
  const child = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], { detached: true, stdio: 'ignore' });
  return /** @type {number} */ (child.pid);
}

test('what a killed run left is named and ended', async () => {
  const file = join(folder, 'left.json');
  const pid = sleeper();
  noteChildren([{ name: 'api', pid }], file);
  /** @type {string[]} */
  const said = [];
  await endLeftovers((line) => said.push(line), file);
  await until(
    () => !isAlive(pid),
    () => 'it still runs',
  );
  assert.deepEqual(said, [`An earlier run was killed and left api (process ${pid}): ending that first`]);
  assert.equal(existsSync(file), false);
});

test('another process that has got the same number since is left alone', async () => {
  const file = join(folder, 'reused.json');
  const pid = sleeper();
  noteChildren([{ name: 'api', pid }], file);
  const [noted] = JSON.parse(readFileSync(file, 'utf8'));
  writeFileSync(file, JSON.stringify([{ ...noted, startTime: 'earlier' }]));
  await endLeftovers(() => assert.fail('nothing was left'), file);
  assert.ok(isAlive(pid));
  process.kill(pid, 'SIGKILL');
});

test('without a note there is nothing to end', async () => {
  await endLeftovers(() => assert.fail('nothing was left'), join(folder, 'missing.json'));
});
