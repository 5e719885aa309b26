// What is generated, where it lies, and whether it is current.
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { docsPage } from './emit-docs.mjs';
import { domainModule, includesModule, indexModule } from './emit-typescript.mjs';

/** @typedef {import('./sources.mjs').Sources} Sources */
/** @typedef {Map<string, string>} Outputs path from the root → text */

const GENERATED = 'libs/redis-scripts/src/generated';
const DOCS = 'docs/lua.md';

/** @param {Sources} sources @returns {Outputs} */
export function outputsOf({ scripts, includes }) {
  const domains = [...new Set(scripts.map((script) => script.domain))];
  const modules = domains.map((domain) => {
    const own = scripts.filter((script) => script.domain === domain);
    return /** @type {[string, string]} */ ([`${GENERATED}/${domain}.ts`, domainModule(domain, own)]);
  });
  return new Map([
    ...modules,
    [`${GENERATED}/includes.ts`, includesModule(includes)],
    [`${GENERATED}/index.ts`, indexModule(scripts)],
    [DOCS, docsPage(scripts)],
  ]);
}

/** @param {string} root @param {Outputs} outputs @returns {string[]} what was written or removed */
export function writeOutputs(root, outputs) {
  const written = [...outputs].filter(([path, text]) => readIfThere(join(root, path)) !== text);
  for (const [path, text] of written) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
  }
  const removed = strays(root, outputs);
  for (const path of removed) rmSync(join(root, path));
  return [...written.map(([path]) => path), ...removed];
}

/** @param {string} root @param {Outputs} outputs @returns {string[]} one line a file that is not current */
export function staleOutputs(root, outputs) {
  const stale = [...outputs].filter(([path, text]) => readIfThere(join(root, path)) !== text).map(([path]) => path);
  return [...stale, ...strays(root, outputs)].map((path) => `${path}: stale, run \`npm run lua\``);
}

/** @param {string} root @param {Outputs} outputs generated files of scripts that are no more */
function strays(root, outputs) {
  const folder = join(root, GENERATED);
  const files = existsSync(folder) ? readdirSync(folder) : [];
  return files.map((file) => `${GENERATED}/${file}`).filter((path) => !outputs.has(path));
}

/** @param {string} path */
function readIfThere(path) {
  return existsSync(path) ? readFileSync(path, 'utf8') : undefined;
}
