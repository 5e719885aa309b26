// The browser that the tests of pages run in: FANFARE_TEST_CHROMIUM where it is set, else one on the PATH, else Debian's
// package and what it needs, unpacked under `.fanfare/chromium/`. Nothing is installed.
import { chmodSync, existsSync, readdirSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { run } from './run.mjs';
import { Trouble } from './trouble.mjs';
import { libraryPath, unpackedProgram } from './unpacked-program.mjs';

const NAMES = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'];
/** Its libraries, its resources, and a font, without which a page has no text. */
const NEEDS = /^(lib|zlib|chromium-common|fontconfig|fonts-(dejavu|liberation)|x11-common|ucf)/;

/**
 * @param {NodeJS.ProcessEnv} [env]
 * @returns {Promise<string>} a command that starts it
 * @throws {Trouble} says what to install
 */
export async function findChromium(env = process.env) {
  const named = env['FANFARE_TEST_CHROMIUM'];
  if (named !== undefined) {
    if (await runs(named)) return named;
    throw new Trouble(`FANFARE_TEST_CHROMIUM is ${named}, which does not run`);
  }
  const folders = (env['PATH'] ?? '').split(delimiter).filter(Boolean);
  const candidates = NAMES.flatMap((name) => folders.map((folder) => join(folder, name))).filter(existsSync);
  for (const candidate of candidates) if (await runs(candidate)) return candidate;
  const { found, why } = await unpackedProgram({
    what: 'Chromium, for the tests of pages,',
    folder: 'chromium',
    names: ['chromium'],
    needs: NEEDS,
    also: ['fonts-dejavu-core', 'fontconfig-config'],
    programIn: launcherIn,
  });
  if (found) return found;
  throw new Trouble(
    `The tests of pages need Chromium: install it (on Debian: apt-get install chromium), or say where one is by ` +
      `FANFARE_TEST_CHROMIUM. From the packages of this system it can't be had: ${why}.`,
  );
}

/**
 * A script that starts the unpacked browser with the libraries and fonts beside it.
 * @param {string} folder
 * @returns {Promise<string | undefined>}
 */
async function launcherIn(folder) {
  const program = join(folder, 'usr', 'lib', 'chromium', 'chromium');
  if (!existsSync(program)) return undefined;
  const launcher = join(folder, 'chromium.sh');
  writeFileSync(join(folder, 'fonts.conf'), fontsOf(folder));
  const { LD_LIBRARY_PATH } = withSubfolders(libraryPath(folder).LD_LIBRARY_PATH);
  const settings = `LD_LIBRARY_PATH='${LD_LIBRARY_PATH}' FONTCONFIG_FILE='${join(folder, 'fonts.conf')}'`;
  writeFileSync(launcher, `#!/bin/sh\n${settings} exec '${program}' "$@"\n`);
  chmodSync(launcher, 0o755);
  return (await runs(launcher)) ? launcher : undefined;
}

/** Some libraries lie in a folder of their own, which the system's loader is told of by a file in /etc. */
function withSubfolders(/** @type {string} */ path) {
  const deeper = path.split(':').flatMap((folder) =>
    existsSync(folder)
      ? readdirSync(folder, { withFileTypes: true })
          .filter((entry) => entry.isDirectory() && ['pulseaudio', 'nss', 'blas', 'lapack'].includes(entry.name))
          .map((entry) => join(folder, entry.name))
      : [],
  );
  return { LD_LIBRARY_PATH: [path, ...deeper].join(':') };
}

const fontsOf = (/** @type {string} */ folder) => `<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig>
  <dir>${join(folder, 'usr', 'share', 'fonts')}</dir>
  <dir>/usr/share/fonts</dir>
  <cachedir>${join(folder, 'font-cache')}</cachedir>
</fontconfig>
`;

async function runs(/** @type {string} */ command) {
  const { code, stdout } = await run(command, ['--version']);
  return code === 0 && /chrom/i.test(stdout);
}
