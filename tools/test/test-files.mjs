// Where the tests are.
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '../bootstrap/paths.mjs';

/**
 * The tests of the tools, by name: how Node's runner searches differs between its versions.
 * @returns {string[]}
 */
export function toolTests() {
  const entries = readdirSync(join(root, 'tools'), { recursive: true, encoding: 'utf8' });
  return entries
    .filter((path) => path.endsWith('.test.mjs') && !path.includes('node_modules'))
    .map((path) => join('tools', path))
    .sort();
}

/**
 * The projects whose own tests Jest runs, as paths below the root.
 * @returns {string[]}
 */
export function projectsWithTests() {
  const members = ['libs', 'apps'].flatMap((parent) =>
    readdirSync(join(root, parent)).map((name) => join(parent, name)),
  );
  return [...members, 'bench', 'chaos'].filter((path) => existsSync(join(root, path, 'jest.config.mjs')));
}
