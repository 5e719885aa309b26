import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { test } from 'node:test';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { docsPage } from './emit-docs.mjs';
import { withWorkspace } from './lint/fixture.mjs';
import { outputsOf, staleOutputs, writeOutputs } from './outputs.mjs';
import { parseReplies } from './reply-grammar.mjs';
import { readSources } from './sources.mjs';

const MAIN = fileURLToPath(new URL('main.mjs', import.meta.url));
const FILES = {
  'includes/clock.lua':
    '-- Time.\n\nlocal ONE, OTHER = 1, 2\n\n-- why\nlocal function now()\n  -- why\n  return ONE\nend\nlocal function never() return OTHER end\n',
  'includes/later.lua': '-- Later.\n-- @include clock\nlocal function later() return now() + 1 end\n',
  'test/add-many.lua': `#!lua flags=allow-oom
-- Add to many lists.
-- More about it.
-- @include later clock
-- @key   part   hash    fence
-- @key*  log    list    a list
-- @arg   cap    int     entries to keep
-- @arg   retry  int     1 on a repetition
-- @arg*  json   bytes   what to add
-- @reply OK count:int epoch:string raw:bytes ids:strings all:list
--        found:rows(offset:int entry:bytes userName:string)
-- @reply TAKE | GONE
return { 'OK', later() } -- tail
`,
};

test('of the includes a script gets what it uses, once, in order, without comments and blank lines', () => {
  withWorkspace(FILES, (root) => {
    const [script] = readSources(root).scripts;
    assert.equal(
      script?.text,
      "#!lua flags=allow-oom\nlocal ONE, OTHER = 1, 2\nlocal function now()\n  return ONE\nend\nlocal function later() return now() + 1 end\nreturn { 'OK', later() } -- tail\n",
    );
    assert.equal(
      script?.sha1,
      createHash('sha1')
        .update(script?.text ?? '')
        .digest('hex'),
    );
    assert.deepEqual(script?.header.purpose, ['Add to many lists.', 'More about it.']);
  });
});

test('a wrapper takes keys, arguments and items, and answers a union by status', () => {
  withWorkspace(FILES, (root) => {
    const text = outputsOf(readSources(root)).get('libs/redis-scripts/src/generated/test.ts') ?? '';
    assert.match(
      text,
      /runner: ScriptRunner, keys: TestAddManyKeys, args: TestAddManyArgs, items: readonly TestAddManyItem\[\]/,
    );
    assert.match(
      text,
      /export interface TestAddManyArgs \{\n {2}\/\*\* integer: entries to keep \*\/\n {2}cap: number;\n\}/,
    );
    assert.match(text, /json: Buffer \| string;/);
    assert.match(text, /found: \{ offset: number; entry: Buffer; userName: string \}\[\]/);
    assert.match(text, /\| \{ status: 'GONE' \}/);
    assert.doesNotMatch(text, /status: 'TAKE'/);
    assert.match(text, /partIndex: 0,\n {2}retryIndex: 1,/);
    assert.match(text, /\[intArg\('cap', args\.cap\), '0'\]/);
    assert.match(
      text,
      /rows\(reply\[6\], 3, \(row, at\) => \(\{ offset: int\(row\[at\]\), entry: bytes\(row\[at \+ 1\]\)/,
    );
  });
});

test('what was built is current until a script, an include or an output changes', () => {
  withWorkspace(FILES, (root) => {
    const outputs = outputsOf(readSources(root));
    assert.equal(staleOutputs(root, outputs).length, 4);
    assert.equal(writeOutputs(root, outputs).length, 4);
    assert.deepEqual(staleOutputs(root, outputs), []);
    assert.deepEqual(writeOutputs(root, outputs), []);
    writeFileSync(join(root, 'lua/includes/clock.lua'), '-- Time.\nlocal function now() return 2 end\n');
    const changed = staleOutputs(root, outputsOf(readSources(root)));
    assert.match(changed.join('\n'), /generated\/test\.ts: stale/);
    writeFileSync(join(root, 'libs/redis-scripts/src/generated/old.ts'), '');
    assert.match(staleOutputs(root, outputs).join(), /old\.ts: stale/);
    writeOutputs(root, outputs);
    assert.deepEqual(staleOutputs(root, outputs), []);
  });
});

test('the documentation has a row a script', () => {
  withWorkspace(FILES, (root) => {
    const page = docsPage(readSources(root).scripts);
    assert.match(page, /## test/);
    assert.match(
      page,
      /\| `test\/add-many` \| Add to many lists\. More about it\. \| even when full \| `part` hash: fence<br>`log\*` list: a list \|/,
    );
  });
});

test('replies are alternatives of a status and typed fields', () => {
  assert.deepEqual(parseReplies('OK head:int | NONE'), [
    { status: 'OK', fields: [{ name: 'head', type: 'int', columns: [] }] },
    { status: 'NONE', fields: [] },
  ]);
  for (const wrong of ['ok', 'OK head', 'OK head:float', 'OK all:rows()', 'OK all:rows(x:list)', 'OK status:int']) {
    assert.throws(() => parseReplies(wrong), Error, wrong);
  }
});

test('the command line builds, checks with one line a problem, and explains itself', () => {
  withWorkspace(FILES, (root) => {
    const run = (/** @type {string[]} */ ...args) => {
      return spawnSync(process.execPath, [MAIN, ...args, '--root', root], { encoding: 'utf8' });
    };
    assert.equal(run('--help').status, 0);
    assert.equal(run('whatever').status, 2);
    assert.equal(run('build').status, 0);
    const checked = run('check');
    assert.equal(checked.status, 1);
    assert.match(checked.stderr, /^lua\/test\/add-many\.lua:\d+: .+$/m);
    assert.doesNotMatch(checked.stderr, /stale/);
  });
});
