// The PHP that its quick start is tested with: one on the PATH, else Debian's, unpacked under `.fanfare/php/`. Nothing is
// installed. Where none can be had that test is skipped, and says so.
import { existsSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { run } from './run.mjs';
import { libraryPath, unpackedProgram } from './unpacked-program.mjs';

/** @returns {Promise<string | undefined>} a command that starts it */
export async function findPhp() {
  if (await runs('php')) return 'php';
  const { found } = await unpackedProgram({
    what: 'PHP, for its quick start,',
    folder: 'php',
    names: ['php-cli'],
    needs: /^(php[\d.]+-cli|lib)/,
    programIn: launcherIn,
  });
  return found;
}

/**
 * A script that starts the unpacked PHP with the libraries beside it.
 * @param {string} folder
 * @returns {Promise<string | undefined>}
 */
async function launcherIn(folder) {
  const bin = join(folder, 'usr', 'bin');
  const name = existsSync(bin) ? readdirSync(bin).find((entry) => /^php[\d.]+$/.test(entry)) : undefined;
  if (name === undefined) return undefined;
  const launcher = join(folder, 'php.sh');
  const { LD_LIBRARY_PATH } = libraryPath(folder);
  writeFileSync(launcher, `#!/bin/sh\nLD_LIBRARY_PATH='${LD_LIBRARY_PATH}' exec '${join(bin, name)}' -n "$@"\n`, {
    mode: 0o755,
  });
  return (await runs(launcher)) ? launcher : undefined;
}

async function runs(/** @type {string} */ command) {
  const { code, stdout } = await run(command, ['--version']);
  return code === 0 && stdout.startsWith('PHP ');
}
