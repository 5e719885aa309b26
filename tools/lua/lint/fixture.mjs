// For the tests of the tool: a workspace in a temporary folder that holds nothing but Lua files.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { readSources } from '../sources.mjs';
import { lintSources } from './main.mjs';

/**
 * @template T
 * @param {Record<string, string>} files path below lua/ → text
 * @param {(root: string) => T} work
 * @returns {T}
 */
export function withWorkspace(files, work) {
  const root = mkdtempSync(join(tmpdir(), 'fanfare-lua-'));
  try {
    for (const [path, text] of Object.entries(files)) {
      mkdirSync(dirname(join(root, 'lua', path)), { recursive: true });
      writeFileSync(join(root, 'lua', path), text);
    }
    return work(root);
  } finally {
    rmSync(root, { recursive: true });
  }
}

/** A header that fits most bodies. */
const HEADER = `-- Try something.
-- @key   log    list    entries
-- @key   state  hash    head
-- @arg   id     string  message id
-- @reply OK offset:int | UNKNOWN
`;
const START = 'local log, state, id = KEYS[1], KEYS[2], ARGV[1]\n';
const END = `if redis.call('EXISTS', log) == 0 then return { 'UNKNOWN' } end\nreturn { 'OK', redis.call('LLEN', log) }\n`;

/** A whole script whose own part is `body`. @param {string} body @param {string} [flags] */
export const script = (body, flags = '') => `#!lua${flags}\n${HEADER}${START}${body}\n${END}`;

/**
 * What lint says of `source` as lua/test/try.lua.
 * @param {string} source
 * @param {Record<string, string>} [includes] name → text
 */
export function lint(source, includes = {}) {
  const files = Object.entries(includes).map(([name, text]) => [`includes/${name}.lua`, text]);
  return withWorkspace({ 'test/try.lua': source, ...Object.fromEntries(files) }, (root) => {
    const { problems, warnings } = lintSources(readSources(root));
    return [...problems, ...warnings.map((warning) => `warning: ${warning}`)];
  });
}
