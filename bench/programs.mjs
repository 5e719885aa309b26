// Programs that a benchmark runs beside Fanfare, from the distribution's packages, unpacked under `.fanfare/bench-<name>/`.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { Trouble } from '../tools/bootstrap/trouble.mjs';
import { libraryPath, unpackedProgram } from '../tools/bootstrap/unpacked-program.mjs';

/** What each benchmark needs. */
const OF_BENCH = { inbox: ['wrk', 'webdis'] };

/**
 * The settings by which the benchmark finds them: BENCH_WRK and so on, each a JSON of command and environment.
 * @param {string} bench
 * @returns {Promise<NodeJS.ProcessEnv>}
 * @throws {Trouble} where one can't be had
 */
export async function programsOf(bench) {
  const names = Object.entries(OF_BENCH).find(([name]) => name === bench)?.[1] ?? [];
  /** @type {NodeJS.ProcessEnv} */
  const env = {};
  for (const name of names) env[`BENCH_${name.toUpperCase()}`] = JSON.stringify(await program(name));
  return env;
}

/** @param {string} name of a package, and of the program in it */
async function program(name) {
  const { found, why } = await unpackedProgram({
    what: name,
    folder: `bench-${name}`,
    names: [name],
    needs: /^lib/,
    programIn: async (folder) => {
      const command = join(folder, 'usr', 'bin', name);
      return existsSync(command) ? { command, env: libraryPath(folder) } : undefined;
    },
  });
  if (!found) throw new Trouble(`This benchmark runs ${name} of Debian's packages, which can't be had: ${why}.`);
  return found;
}
