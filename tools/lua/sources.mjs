// Finds the scripts and includes under lua/, and puts each script's text together as Redis is to get it.
//
// Full-line comments and blank lines are left out of that text: they would go over the wire at every load.
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseHeader } from './header.mjs';
import { neededParts, partsOf } from './parts.mjs';

/** @typedef {import('./header.mjs').Header} Header */
/** @typedef {import('./header.mjs').Problem} Problem */
/** @typedef {{ path: string, source: string, header: Header }} Source */
/** @typedef {import('./parts.mjs').Part} Part */
/** @typedef {Source & { name: string, parts: Part[] }} Include */
/**
 * @typedef {Source & { domain: string, verb: string, name: string, includes: Include[], parts: Part[], text: string,
 * sha1: string }} Script `name` is `<domain>/<verb>`; `includes` are all of them, each after what it needs; `parts` is what
 * the script uses of them
 */
/** @typedef {{ scripts: Script[], includes: Include[] }} Sources */

/** @param {string} root of the workspace @returns {Sources} */
export function readSources(root) {
  const lua = join(root, 'lua');
  const folders = existsSync(lua) ? readdirSync(lua, { withFileTypes: true }) : [];
  const domains = folders.filter((entry) => entry.isDirectory() && entry.name !== 'includes').map(({ name }) => name);
  const includes = luaFiles(join(lua, 'includes')).map((name) => readInclude(root, name));
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

/** @param {string} root @param {string} name @returns {Include} */
function readInclude(root, name) {
  const source = readSource(root, `lua/includes/${name}.lua`);
  return { ...source, name, parts: partsIn(source, () => partsOf({ name, source: source.source })) };
}

/** @param {string} root @param {string} domain @param {string} verb @param {Map<string, Include>} known */
function readScript(root, domain, verb, known) {
  const source = readSource(root, `lua/${domain}/${verb}.lua`);
  const includes = resolveIncludes(source, known);
  const every = includes.flatMap(({ parts }) => parts);
  const parts = partsIn(source, () => neededParts(source.source, every));
  const text = assemble(source, parts);
  const sha1 = createHash('sha1').update(text).digest('hex');
  return { ...source, domain, verb, name: `${domain}/${verb}`, includes, parts, text, sha1 };
}

/**
 * What does not parse has no parts; the lint says why.
 * @param {Source} source @param {() => Part[]} find @returns {Part[]}
 */
function partsIn(source, find) {
  try {
    return find();
  } catch (error) {
    complain(source, `does not parse: ${error instanceof Error ? error.message : String(error)}`);
    return [];
  }
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

/** @param {Source} source @param {Part[]} parts */
function assemble(source, parts) {
  const shebang = source.source.split('\n', 1)[0] ?? '';
  return [shebang, ...parts.flatMap(({ lines }) => lines), ...codeLines(source.source), ''].join('\n');
}

/**
 * The lines of a file that Redis is to get, without the `#!lua` line.
 * @param {string} source
 * @returns {string[]}
 */
export function codeLines(source) {
  return source.split('\n').filter((line, index) => !/^\s*(--|$)/.test(line) && !(index === 0 && /^#!/.test(line)));
}
