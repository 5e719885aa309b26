// `fanfare scripts …`: hands everything on to `npm run scripts`, which speaks to Redis and not to the API.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { Failure } from '../endings.mjs';

const SCRIPTS = fileURLToPath(new URL('../../scripts/main.mjs', import.meta.url));

/** @param {import('commander').Command} program */
export function addScripts(program) {
  program
    .command('scripts')
    .description('the Lua scripts in Redis: list, verify, load, time, run, kill')
    .argument('[args...]', 'as for `npm run scripts`')
    .helpOption(false)
    .allowUnknownOption()
    .passThroughOptions()
    .action(async (/** @type {string[]} */ args) => {
      const child = spawn(process.execPath, [SCRIPTS, ...args], { stdio: 'inherit' });
      const [code] = await once(child, 'close');
      if (code !== 0) throw new Failure(code ?? 1);
    });
}
