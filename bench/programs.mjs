// Programs that a benchmark runs beside Fanfare, from the distribution's packages, unpacked under `.fanfare/bench-<name>/`.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { Trouble } from '../tools/bootstrap/trouble.mjs';
import { libraryPath, unpackedProgram } from '../tools/bootstrap/unpacked-program.mjs';

/** What each benchmark needs. */
const OF_BENCH = { inbox: ['wrk', 'webdis'] };
/** What one shows beside Fanfare where it can be had, and does without where not. */
const OPTIONAL_OF_BENCH = { fanout: [nchan] };

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
  const optional = Object.entries(OPTIONAL_OF_BENCH).find(([name]) => name === bench)?.[1] ?? [];
  for (const find of optional) Object.assign(env, await find());
  return env;
}

/** nginx with the module Nchan. */
async function nchan() {
  const module = ['usr', 'lib', 'nginx', 'modules', 'ngx_nchan_module.so'];
  const { found, why } = await unpackedProgram({
    what: 'nginx with Nchan',
    folder: 'bench-nchan',
    names: ['libnginx-mod-nchan'],
    also: ['nginx'],
    needs: /^(lib|zlib)/,
    programIn: async (folder) => {
      const program = { command: join(folder, 'usr', 'sbin', 'nginx'), module: join(folder, ...module) };
      if (!existsSync(program.command) || !existsSync(program.module)) return undefined;
      return { ...program, env: libraryPath(folder) };
    },
  });
  return found ? { BENCH_NCHAN: JSON.stringify(found) } : { BENCH_NCHAN_MISSING: why };
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
