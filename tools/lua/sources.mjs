// Finds the scripts and includes under lua/, and puts each script's text together as Redis is to get it.
//
// Full-line comments and blank lines are left out of that text: they would go over the wire at every load.
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseHeader } from './header.mjs';

/** @typedef {import('./header.mjs').Header} Header */
/** @typedef {import('./header.mjs').Problem} Problem */
/** @typedef {{ path: string, source: string, header: Header }} Source */
/** @typedef {Source & { name: string }} Include */
/**
 * @typedef {Source & { domain: string, verb: string, name: string, includes: Include[], text: string, sha1: string }}
 * Script `name` is `<domain>/<verb>`; `includes` are all of them, each after what it needs
 */
/** @typedef {{ scripts: Script[], includes: Include[] }} Sources */

/** @param {string} root of the workspace @returns {Sources} */
export function readSources(root) {
  const lua = join(root, 'lua');
  const folders = existsSync(lua) ? readdirSync(lua, { withFileTypes: true }) : [];
  const domains = folders.filter((entry) => entry.isDirectory() && entry.name !== 'includes').map(({ name }) => name);
  const includes = luaFiles(join(lua, 'includes')).map((name) => ({
    name,
    ...readSource(root, `lua/includes/${name}.lua`),
  }));
  const known = new Map(includes.map((include) => [include.name, include]));
  const scripts = domains.sort().flatMap((domain) => {
    return luaFiles(join(lua, domain)).map((verb) => readScript(root, domain, verb, known));
  });
  for (const include of includes) resolveIncludes(include, known);
  return { scripts, includes };
}

/** @param {string} folder @returns {string[]} names without `.lua`, sorted */
function luaFiles(folder) {
  if (!existsSync(folder)) return [];
  const files = readdirSync(folder).filter((file) => file.endsWith('.lua'));
  return files.map((file) => file.slice(0, -'.lua'.length)).sort();
}

/** @param {string} root @param {string} path @returns {Source} */
function readSource(root, path) {
  const source = readFileSync(join(root, path), 'utf8');
  return { path, source, header: parseHeader(source) };
}

/** @param {string} root @param {string} domain @param {string} verb @param {Map<string, Include>} known */
function readScript(root, domain, verb, known) {
  const source = readSource(root, `lua/${domain}/${verb}.lua`);
  const includes = resolveIncludes(source, known);
  const text = assemble(source, includes);
  const sha1 = createHash('sha1').update(text).digest('hex');
  return { ...source, domain, verb, name: `${domain}/${verb}`, includes, text, sha1 };
}

/**
 * Every include that `source` needs, directly or through another, each after what it needs itself.
 * @param {Source} source
 * @param {Map<string, Include>} known
 * @returns {Include[]}
 */
function resolveIncludes(source, known) {
  /** @type {Set<Include>} */
  const ordered = new Set();
  /** @param {Source} from @param {string[]} trail */
  const visit = (from, trail) => {
    for (const name of from.header.includes) {
      const include = known.get(name);
      if (trail.includes(name)) complain(source, `include ${name} needs itself: ${[...trail, name].join(' > ')}`);
      else if (!include) complain(source, `there is no lua/includes/${name}.lua`);
      else if (!ordered.has(include)) {
        visit(include, [...trail, name]);
        ordered.add(include);
      }
    }
  };
  visit(source, []);
  return [...ordered];
}

/** @param {Source} source @param {string} text */
function complain({ header }, text) {
  if (!header.problems.some((problem) => problem.text === text)) header.problems.push({ line: 1, text });
}

/** @param {Source} source @param {Include[]} includes */
function assemble(source, includes) {
  const shebang = source.source.split('\n', 1)[0] ?? '';
  return [shebang, ...[...includes, source].flatMap(({ source: text }) => codeLines(text)), ''].join('\n');
}

/**
 * The lines of a file that Redis is to get, without the `#!lua` line.
 * @param {string} source
 * @returns {string[]}
 */
export function codeLines(source) {
  return source.split('\n').filter((line, index) => !/^\s*(--|$)/.test(line) && !(index === 0 && /^#!/.test(line)));
}
