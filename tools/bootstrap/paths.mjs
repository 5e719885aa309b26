// Where things are in a checkout. Everything that the tools write lies under `.fanfare/` (ignored by git) or in
// `node_modules/`, so that removing those two folders gives the bare clone back.
import { mkdirSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The checkout's root folder. */
export const root = resolve(dirname(fileURLToPath(import.meta.url)), '..', '..');

/** The folder of everything that a run leaves: data, logs, locks, an unpacked Redis. */
export const stateDir = join(root, '.fanfare');

/**
 * A folder under `.fanfare/`, made if it does not exist.
 * @param {...string} parts
 */
export function stateFolder(...parts) {
  const folder = join(stateDir, ...parts);
  mkdirSync(folder, { recursive: true });
  return folder;
}
