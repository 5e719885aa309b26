// What the build reads: the sources of all projects. Their fingerprint changes when one is edited, added or removed.
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';

const NOT_READ = new Set(['dist', 'node_modules', 'coverage']);
const FAMILIES = ['apps', 'libs'];
const SINGLE_PROJECTS = ['bench', 'chaos'];
const WHOLE_WORKSPACE = ['package-lock.json', 'tsconfig.base.json', 'nx.json'];

/**
 * The projects that have something to build, as paths below the root.
 * @param {string} root
 */
export function projects(root) {
  const members = FAMILIES.flatMap((family) => readdirSync(join(root, family)).map((name) => join(family, name)));
  return [...members, ...SINGLE_PROJECTS].filter((path) => existsSync(join(root, path, 'tsconfig.json')));
}

/**
 * @param {string} root
 * @returns {string}
 */
export function fingerprint(root) {
  const hash = createHash('sha256').update(process.version);
  const folders = [...FAMILIES, ...SINGLE_PROJECTS, 'lua'];
  const files = [...WHOLE_WORKSPACE, ...folders.flatMap((name) => filesBelow(root, name))];
  for (const file of files) {
    const stat = statSync(join(root, file), { throwIfNoEntry: false });
    hash.update(`${file}\0${stat?.size}\0${stat?.mtimeMs}\n`);
  }
  return hash.digest('hex');
}

/**
 * @param {string} root
 * @param {string} folder
 * @returns {string[]}
 */
function filesBelow(root, folder) {
  if (!existsSync(join(root, folder))) return [];
  const entries = readdirSync(join(root, folder), { withFileTypes: true }).filter(({ name }) => !NOT_READ.has(name));
  return entries
    .sort((a, b) => (a.name < b.name ? -1 : 1))
    .flatMap((entry) => {
      const path = join(folder, entry.name);
      if (entry.isDirectory()) return filesBelow(root, path);
      return /\.spec\.tsx?$/.test(entry.name) ? [] : [path];
    });
}
